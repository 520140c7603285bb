//! `up`.

use crate::printed::Printed;
use clap::{Args as Group, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    #[default]
    On,
    Off,
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

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Mounts {
    #[default]
    ReadOnly,
    Scratch,
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
    /// List the keys without effect on this machine, a line each
    #[arg(short, long)]
    pub verbose: bool,
    /// Print what would run, and stop
    #[arg(long)]
    pub dry_run: bool,
    /// Add what Azure would fail without, and say so
    #[arg(long)]
    pub loose: bool,
    /// When to ask the registry
    #[arg(long, default_value = "missing")]
    pub pull: Pull,
    /// End the build of an image or environment after so many seconds [default: 5400, or [build] deadline of local-endpoint.toml]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub build_deadline: Option<u64>,
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
    /// Whose rules the endpoint follows; by default the kind of its YAML decides
    #[arg(long, value_name = "RULES")]
    pub front_door: Option<FrontDoor>,
    /// The limits of a managed endpoint as a whole: 500 requests a second, 500 new and 500 active connections, 5 MB a second
    #[arg(long, default_value = "warn", value_name = "WHAT")]
    pub rate_limits: RateLimits,
    /// Repeatable choices of deployments, for tests
    #[arg(long, hide = true)]
    pub seed: Option<u64>,
    /// Keep no traffic log (`logs --traffic`)
    #[arg(long)]
    pub no_traffic_log: bool,
    /// Give an instance no more cores and memory than its instance_type (Kubernetes: resources.limits) has
    #[arg(long, value_enum, value_name = "SWITCH", default_value_t)]
    pub sku_limits: Switch,
    /// What instances may do with code and model: read the files of this machine, or write to a copy of each one's own,
    /// which goes with it
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub mounts: Mounts,
    /// Write what the environments are made of into local-endpoint.lock; later starts say what has changed since
    #[arg(long)]
    pub lock: bool,
    /// Of images that are pulled or built, "linux/amd64" [default: the engine's own]
    #[arg(long, value_name = "OS/ARCH", value_parser = platform)]
    pub platform: Option<String>,
    /// Fail with an error that only the cloud raises; nothing starts, and what runs already runs on
    #[arg(long, value_name = "CODE", conflicts_with = "dry_run")]
    pub inject_error: Option<String>,
    /// Follow the files: new code within the running instances, everything else with new instances. As a rule on a
    /// terminal in the foreground, else off
    #[arg(long, overrides_with = "no_watch")]
    pub watch: bool,
    /// Do not follow the files
    #[arg(long)]
    pub no_watch: bool,
    /// For a debugger: one instance, one worker, a debug port (`local-endpoint vscode`), and the files are followed
    #[arg(long, conflicts_with = "instances")]
    pub debug: bool,
    /// A folder with a debugpy of your own in it
    #[arg(long, hide = true, value_name = "FOLDER", env = "LOCAL_ENDPOINT_DEBUGPY")]
    pub debugpy: Option<PathBuf>,
    /// Run the clock of probes and restarts so many times faster; requests keep their timeouts
    #[arg(long, value_name = "X", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub time_scale: u32,
    #[command(flatten)]
    pub printed: Printed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FrontDoor {
    /// 401, 404, 408, 424 and 429, as a managed endpoint answers
    Managed,
    /// /api/v1/endpoint/NAME/score, 502, 503 and 504, as azureml-fe on Kubernetes answers
    Kubernetes,
    /// No rules: no key, no limit, no timeout; requests and answers pass as they are
    Passthrough,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum RateLimits {
    /// Say once what Azure would have done
    #[default]
    Warn,
    /// Refuse and slow down, as Azure does
    Enforce,
    Off,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn platform(text: &str) -> Result<String, String> {
    let known = text.strip_prefix("linux/").is_some_and(|arch| !arch.is_empty() && !arch.contains(char::is_whitespace));
    known.then(|| text.to_owned()).ok_or_else(|| "write linux/amd64 or linux/arm64".to_owned())
}
