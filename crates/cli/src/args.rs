//! The command line. az's words are hidden aliases, and az's flags without a meaning here are taken with one line.

use clap::{Args as Group, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// An Azure Machine Learning online endpoint on your own machine.
#[derive(Debug, Parser)]
#[command(name = "local-endpoint", version, disable_help_subcommand = true)]
pub struct Args {
    #[command(subcommand)]
    pub verb: Verb,
    #[command(flatten)]
    pub cloud: Cloud,
}

/// Flags of pasted az commands.
#[derive(Debug, Group)]
pub struct Cloud {
    #[arg(short = 'g', long, global = true, hide = true)]
    pub resource_group: Option<String>,
    #[arg(short = 'w', long, global = true, hide = true)]
    pub workspace_name: Option<String>,
    #[arg(long, global = true, hide = true)]
    pub subscription: Option<String>,
    #[arg(long, global = true, hide = true)]
    pub local: bool,
}

impl Cloud {
    /// The flags that were given, for the one line that says they mean nothing here.
    pub fn given(&self) -> Vec<&'static str> {
        let given = [
            ("--resource-group", self.resource_group.is_some()),
            ("--workspace-name", self.workspace_name.is_some()),
            ("--subscription", self.subscription.is_some()),
            ("--local", self.local),
        ];
        given.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect()
    }
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Serve the endpoint of a project folder
    #[command(aliases = ["create", "update"], after_help = "Example: local-endpoint up examples/sklearn-regression")]
    Up(Box<Up>),
    /// Take endpoints down, and whatever a killed emulator left
    #[command(alias = "delete", after_help = "Example: local-endpoint down --all")]
    Down(Down),
    /// Show what runs
    #[command(aliases = ["show", "list", "ps"], after_help = "Example: local-endpoint status -o json")]
    Status(Status),
    /// Score a request
    #[command(after_help = "Example: local-endpoint invoke -r sample-request.json")]
    Invoke(Invoke),
    /// Show what the containers print
    #[command(alias = "get-logs", after_help = "Example: local-endpoint logs -n blue -l 100 -f")]
    Logs(Logs),
    /// Show or regenerate the keys of an endpoint
    #[command(alias = "get-credentials", after_help = "Example: local-endpoint keys --key primary")]
    Keys(Keys),
    /// Set the traffic of a running endpoint
    #[command(after_help = "Example: local-endpoint traffic blue=90 green=10")]
    Traffic(Traffic),
    /// Will it survive the cloud? Starts nothing
    #[command(alias = "validate", after_help = "Example: local-endpoint check --strict examples/sklearn-regression")]
    Check(Check),
    /// Show where engines were looked for, and the mend
    #[command(after_help = "Example: local-endpoint doctor")]
    Doctor(Doctor),
    /// Print the JSON Schema of a kind of file, for editors
    #[command(after_help = "Example: local-endpoint schema managed-deployment > deployment.schema.json")]
    Schema(Schema),
    /// Explain an error code, a status code, a pasted error text or a YAML key
    #[command(after_help = "Example: az ml online-deployment create ... 2>&1 | local-endpoint explain -")]
    Explain(Explain),
    /// Compute how many instances a load needs
    #[command(after_help = "Example: local-endpoint size --rps 20 --seconds 0.2")]
    Size(Size),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    #[default]
    Human,
    Json,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// A container engine where one answers, else processes
    #[default]
    Auto,
    Docker,
    Process,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Pull {
    #[default]
    Missing,
    Always,
    Never,
}

#[derive(Debug, Group)]
pub struct Up {
    /// Project folder, or one of its YAML files
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// Read this file instead of the folder's (repeatable)
    #[arg(short, long = "file", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Name of the endpoint, in place of the file's
    #[arg(short, long)]
    pub endpoint_name: Option<String>,
    /// Name of the deployment, in place of the file's
    #[arg(short, long)]
    pub name: Option<String>,
    /// Change a value of the YAML first (repeatable)
    #[arg(long, value_name = "[NAME/]A.B=C")]
    pub set: Vec<String>,
    /// Add an environment variable (repeatable)
    #[arg(long, value_name = "K=V", value_parser = pair)]
    pub env: Vec<(String, String)>,
    /// Add the environment variables of this file (repeatable)
    #[arg(long, value_name = "FILE")]
    pub env_file: Vec<PathBuf>,
    /// What runs the instances
    #[arg(long, default_value = "auto", env = "LOCAL_ENDPOINT_ENGINE")]
    pub engine: Engine,
    /// Scoring port; by default a stable one of this project
    #[arg(long)]
    pub port: Option<u16>,
    /// Run in the background: returns when every deployment is ready or has failed
    #[arg(short, long)]
    pub detach: bool,
    /// Print what would run, and stop
    #[arg(long)]
    pub dry_run: bool,
    /// Add what Azure would fail without, and say so
    #[arg(long)]
    pub loose: bool,
    /// When to ask the registry
    #[arg(long, default_value = "missing")]
    pub pull: Pull,
    /// Percent by deployment, "blue=90 green=10"
    #[arg(long, value_name = "NAME=PERCENT ...", conflicts_with_all = ["all_traffic", "no_traffic"])]
    pub traffic: Option<String>,
    /// All traffic to this deployment, or to the only one
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "", conflicts_with = "no_traffic")]
    pub all_traffic: Option<String>,
    /// No traffic to any deployment
    #[arg(long)]
    pub no_traffic: bool,
    /// Start so many instances; the 429 arithmetic keeps the YAML's count
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=50))]
    pub instances: Option<u32>,
    #[arg(short, long, default_value = "human")]
    pub output: Output,
}

#[derive(Debug, Group)]
pub struct Down {
    /// Endpoints; by default those of this folder's project
    pub endpoints: Vec<String>,
    /// Every endpoint of every project
    #[arg(long, conflicts_with = "endpoints")]
    pub all: bool,
    /// Forget keys, ports and logs, too
    #[arg(long)]
    pub purge: bool,
}

#[derive(Debug, Group)]
pub struct Status {
    #[arg(short, long, default_value = "human")]
    pub output: Output,
}

#[derive(Debug, Group)]
pub struct Invoke {
    /// The endpoint; by default the only one
    #[arg(short = 'n', long = "name", visible_short_alias = 'e', alias = "endpoint-name", value_name = "ENDPOINT")]
    pub endpoint: Option<String>,
    /// Score with this deployment, whatever its traffic
    #[arg(short, long = "deployment-name", value_name = "DEPLOYMENT")]
    pub deployment: Option<String>,
    /// File with the request; `-` reads stdin
    #[arg(short, long, value_name = "FILE", required_unless_present = "data", conflicts_with = "data")]
    pub request_file: Option<PathBuf>,
    /// The request itself
    #[arg(long)]
    pub data: Option<String>,
    #[arg(short, long, default_value = "human")]
    pub output: Output,
}

#[derive(Debug, Group)]
pub struct Logs {
    #[arg(short, long, value_name = "ENDPOINT")]
    pub endpoint_name: Option<String>,
    #[arg(short, long, value_name = "DEPLOYMENT")]
    pub name: Option<String>,
    /// Only the last lines of each instance
    #[arg(short, long, default_value_t = 5000)]
    pub lines: usize,
    /// Go on with what comes
    #[arg(short, long)]
    pub follow: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Key {
    Primary,
    Secondary,
}

#[derive(Debug, Group)]
pub struct Keys {
    #[arg(short, long, value_name = "ENDPOINT", alias = "name", short_alias = 'n')]
    pub endpoint_name: Option<String>,
    /// Print this key alone
    #[arg(long)]
    pub key: Option<Key>,
    /// Replace this key first
    #[arg(long)]
    pub regenerate: Option<Key>,
    #[arg(short, long, default_value = "human")]
    pub output: Output,
}

#[derive(Debug, Group)]
pub struct Traffic {
    #[arg(short, long, value_name = "ENDPOINT", alias = "name", short_alias = 'n')]
    pub endpoint_name: Option<String>,
    /// Percent by deployment
    #[arg(required = true, value_name = "NAME=PERCENT")]
    pub shares: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Rules {
    /// What az's own loader says
    Load,
    /// What comes after the loader
    Service,
    #[default]
    All,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    #[default]
    Human,
    Json,
    Sarif,
    Junit,
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
    #[arg(short, long, default_value = "human")]
    pub output: Format,
}

#[derive(Debug, Group)]
pub struct Doctor {
    #[arg(short, long, default_value = "human")]
    pub output: Output,
}

#[derive(Debug, Group)]
pub struct Explain {
    /// A code or a key; `-` reads pasted error text from stdin; without one, everything is listed
    #[arg(value_name = "CODE|KEY|-")]
    pub query: Option<String>,
    #[arg(short, long, default_value = "human")]
    pub output: Output,
}

#[derive(Debug, Group)]
pub struct Size {
    /// Project folder, or one of its YAML files: its deployments give what no flag does
    pub path: Option<PathBuf>,
    /// Requests a second
    #[arg(long, value_parser = above_zero)]
    pub rps: f64,
    /// Seconds a request takes; choose a high percentile, p95 for instance
    #[arg(long, value_parser = above_zero, required_unless_present = "path")]
    pub seconds: Option<f64>,
    /// The part of an instance that is used
    #[arg(long, default_value_t = 0.7, value_parser = part)]
    pub utilization: f64,
    /// Requests at once in one instance, in place of the YAML's max_concurrent_requests_per_instance
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub concurrency: Option<u32>,
    #[arg(short, long, default_value = "human")]
    pub output: Output,
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

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
