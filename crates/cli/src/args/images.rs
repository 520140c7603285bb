//! Environments that stay.

use super::Engine;
use crate::printed::Printed;
use clap::{Args as Group, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Group)]
pub struct Images {
    #[command(subcommand)]
    pub verb: Option<ImagesVerb>,
    #[command(flatten)]
    pub printed: Printed,
}

#[derive(Debug, Subcommand)]
pub enum ImagesVerb {
    /// Print what a project's environments are made of, as one hash: the same hash, nothing to make
    #[command(after_help = "Example: local-endpoint images key examples/sklearn-regression")]
    Key {
        /// Project folder, or one of its YAML files
        #[arg(default_value = ".")]
        path: PathBuf,
        /// Whose environments
        #[arg(long, default_value = "docker")]
        engine: Engine,
    },
    /// Write images into one file: those of the project, or those that are named
    #[command(after_help = "Example: local-endpoint images save images.tar")]
    Save(Save),
    /// Take in what `save` or `docker save` has written
    #[command(after_help = "Example: local-endpoint images load images.tar")]
    Load {
        /// `-`: stdin
        file: PathBuf,
        #[command(flatten)]
        printed: Printed,
    },
}

#[derive(Debug, Group)]
pub struct Save {
    /// `-`: stdout
    pub file: PathBuf,
    /// Images; without: all that the project's deployments stand on
    #[arg(value_name = "IMAGE")]
    pub images: Vec<String>,
    /// Project folder, or one of its YAML files
    #[arg(short, long, value_name = "PATH", default_value = ".", conflicts_with = "images")]
    pub project: PathBuf,
    #[command(flatten)]
    pub printed: Printed,
}

#[derive(Debug, Group)]
pub struct Prune {
    /// Also the images that local-endpoint has pulled
    #[arg(long)]
    pub all: bool,
    /// Only what was made so long ago or earlier: 14d, 12h
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub older_than: Option<Duration>,
    /// Say what would be removed, and stop
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub printed: Printed,
}

fn age(text: &str) -> Result<Duration, String> {
    let number = |digits: &str| digits.parse::<u64>().ok();
    let hours = match text.strip_suffix('d') {
        Some(days) => number(days).and_then(|days| days.checked_mul(24)),
        None => text.strip_suffix('h').and_then(number),
    };
    let seconds = hours.and_then(|hours| hours.checked_mul(3600));
    seconds.map(Duration::from_secs).ok_or_else(|| "write days or hours: 14d, 12h".into())
}
