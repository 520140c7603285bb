//! What is asked without one that runs.

use crate::printed::{Output, Printed, Query};
use clap::builder::PossibleValue;
use clap::{Args as Group, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Rules {
    /// What az's own loader says
    Load,
    /// What comes after the loader
    Service,
    #[default]
    All,
}

/// Those of every verb, and two for other programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Plain(Output),
    Sarif,
    Junit,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [Format; 10] = [
            Format::Plain(Output::Human),
            Format::Plain(Output::Json),
            Format::Plain(Output::Jsonc),
            Format::Plain(Output::Yaml),
            Format::Plain(Output::Yamlc),
            Format::Plain(Output::Table),
            Format::Plain(Output::Tsv),
            Format::Plain(Output::None),
            Format::Sarif,
            Format::Junit,
        ];
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Plain(output) => output.to_possible_value(),
            Self::Sarif => Some(PossibleValue::new("sarif")),
            Self::Junit => Some(PossibleValue::new("junit")),
        }
    }
}

#[derive(Debug, Group)]
pub struct Check {
    /// Project folders or YAML files; by default this folder
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Read this file instead of the folder's (repeatable)
    #[arg(short, long = "file", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Whose rules are held against it
    #[arg(long, default_value = "all")]
    pub rules: Rules,
    /// Let warnings count, too
    #[arg(long)]
    pub strict: bool,
    /// Form of what is printed
    #[arg(short, long, value_name = "FORMAT", default_value = "human", env = "LOCAL_ENDPOINT_OUTPUT", hide_env = true)]
    pub output: Format,
    /// Print what this JMESPath finds in the document, as JSON without -o
    #[arg(long, value_name = "JMESPATH", value_parser = Query::parse)]
    pub query: Option<Query>,
}

#[derive(Debug, Group)]
pub struct Doctor {
    #[command(flatten)]
    pub printed: Printed,
}

#[derive(Debug, Group)]
pub struct Explain {
    /// A code, a key, or the x-request-id of a failed request; `-` reads pasted error text from stdin; without one,
    /// everything is listed
    #[arg(value_name = "CODE|KEY|ID|-")]
    pub word: Option<String>,
    #[command(flatten)]
    pub printed: Printed,
}

#[derive(Debug, Group)]
pub struct Size {
    /// Project folder, or one of its YAML files: its deployments give what no flag does (without --seconds: this folder)
    pub path: Option<PathBuf>,
    /// Requests a second
    #[arg(long, value_parser = above_zero)]
    pub rps: f64,
    /// Seconds a request takes; choose a high percentile, p95 for instance
    #[arg(long, value_parser = above_zero)]
    pub seconds: Option<f64>,
    /// The part of an instance that is used
    #[arg(long, default_value_t = 0.7, value_parser = part)]
    pub utilization: f64,
    /// Requests at once in one instance, in place of the YAML's max_concurrent_requests_per_instance
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub concurrency: Option<u32>,
    #[command(flatten)]
    pub printed: Printed,
}

fn above_zero(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| "write a number above 0".into())
}

fn part(text: &str) -> Result<f64, String> {
    above_zero(text).ok().filter(|part| *part <= 1.0).ok_or_else(|| "write a number above 0, at most 1".into())
}

#[derive(Debug, Group)]
pub struct Schema {
    /// managed-endpoint, managed-deployment, kubernetes-endpoint, kubernetes-deployment or overlay; without: a list
    #[arg(value_parser = kind)]
    pub kind: Option<spec::Kind>,
}

fn kind(text: &str) -> Result<spec::Kind, String> {
    let names: Vec<&str> = spec::Kind::ALL.iter().map(|kind| kind.name()).collect();
    spec::Kind::named(text).ok_or_else(|| format!("one of: {}", names.join(", ")))
}
