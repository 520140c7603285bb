//! What is told of requests: logs, metrics, load.

use crate::printed::{Output, Printed, Query};
use clap::builder::PossibleValue;
use clap::{Args as Group, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Group)]
pub struct Logs {
    #[arg(short, long, value_name = "ENDPOINT")]
    pub endpoint_name: Option<String>,
    #[arg(short, long, value_name = "DEPLOYMENT")]
    pub name: Option<String>,
    /// Only the last lines of each instance, or of the traffic log
    #[arg(short, long, default_value_t = 5000)]
    pub lines: usize,
    /// Whose log
    #[arg(short, long, default_value = "inference-server", conflicts_with = "traffic")]
    pub container: Container,
    /// Go on with what comes
    #[arg(short, long)]
    pub follow: bool,
    /// A line for each request instead; also of an endpoint that is down
    #[arg(long)]
    pub traffic: bool,
    /// With --traffic: json prints the lines as they are in the log
    #[arg(short, long, value_name = "FORMAT", default_value = "human", requires = "traffic")]
    pub output: Lines,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Lines {
    #[default]
    Human,
    Json,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Container {
    #[default]
    InferenceServer,
    /// Which of the project's files are where in an instance
    StorageInitializer,
}

/// Those of every verb, the document being as Azure Monitor answers (PT1M, the last hour), and the text that Prometheus
/// reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsFormat {
    Plain(Output),
    Prometheus,
}

impl ValueEnum for MetricsFormat {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [MetricsFormat; 9] = [
            MetricsFormat::Plain(Output::Human),
            MetricsFormat::Plain(Output::Json),
            MetricsFormat::Plain(Output::Jsonc),
            MetricsFormat::Plain(Output::Yaml),
            MetricsFormat::Plain(Output::Yamlc),
            MetricsFormat::Plain(Output::Table),
            MetricsFormat::Plain(Output::Tsv),
            MetricsFormat::Plain(Output::None),
            MetricsFormat::Prometheus,
        ];
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Plain(output) => output.to_possible_value(),
            Self::Prometheus => Some(PossibleValue::new("prometheus")),
        }
    }
}

#[derive(Debug, Group)]
pub struct Metrics {
    #[arg(short, long, value_name = "ENDPOINT")]
    pub endpoint_name: Option<String>,
    /// The document is as Azure Monitor answers: PT1M, the last hour
    #[arg(short, long, value_name = "FORMAT", default_value = "human", env = "LOCAL_ENDPOINT_OUTPUT", hide_env = true)]
    pub output: MetricsFormat,
    /// Print what this JMESPath finds in the document, as JSON without -o
    #[arg(long, value_name = "JMESPATH", value_parser = Query::parse, conflicts_with = "scrape_config")]
    pub query: Option<Query>,
    /// Print what Prometheus needs to read them at the control port
    #[arg(long)]
    pub scrape_config: bool,
}

#[derive(Debug, Group)]
pub struct Load {
    #[arg(short, long, value_name = "ENDPOINT")]
    pub endpoint_name: Option<String>,
    /// Score with this deployment, whatever its traffic
    #[arg(short, long, value_name = "DEPLOYMENT")]
    pub name: Option<String>,
    /// File with the request; by default the project's sample-request.json, else {}
    #[arg(short, long, value_name = "FILE")]
    pub request_file: Option<PathBuf>,
    /// All steps together, 1s to 10m
    #[arg(long, default_value = "10s", value_parser = time)]
    pub duration: Duration,
    /// Steps are 1, 2, 4 and so on requests at once, up to here
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=256))]
    pub max_concurrency: u32,
    #[command(flatten)]
    pub printed: Printed,
}

/// `10s`, `2m`
fn time(text: &str) -> Result<Duration, String> {
    let time = super::chaos::span(text)?;
    let allowed = (Duration::from_secs(1)..=Duration::from_secs(600)).contains(&time);
    allowed.then_some(time).ok_or_else(|| "1s to 10m".into())
}
