//! Environments that stay.

use super::{Engine, Output};
use clap::{Args as Group, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Group)]
pub struct Images {
    #[command(subcommand)]
    pub verb: Option<ImagesVerb>,
    #[arg(short, long, default_value = "human")]
    pub output: Output,
}

#[derive(Debug, Subcommand)]
pub enum ImagesVerb {
    /// Print what a project's environments are made of, as one hash: the same hash, nothing to make
    Key {
        /// Project folder, or one of its YAML files
        #[arg(default_value = ".")]
        path: PathBuf,
        /// Whose environments
        #[arg(long, default_value = "docker")]
        engine: Engine,
    },
}

#[derive(Debug, Group)]
pub struct Prune {
    /// Say what would be removed, and stop
    #[arg(long)]
    pub dry_run: bool,
    #[arg(short, long, default_value = "human")]
    pub output: Output,
}
