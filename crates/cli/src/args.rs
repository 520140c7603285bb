//! The command line. az's words are hidden aliases, and az's flags without a meaning here are taken with one line.

mod chaos;
mod images;
mod observed;
mod run;

pub use chaos::{Chaos, Common, Fault, Probes};
use clap::{Args as Group, Parser, Subcommand, ValueEnum};
pub use images::{Images, ImagesVerb, Prune};
pub use observed::{Container, Load, Logs, Metrics, MetricsFormat};
pub use run::Run;
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
    #[command(aliases = ["create", "update"], after_help = "Examples:\n  local-endpoint up examples/sklearn-regression\n  local-endpoint up --front-door kubernetes    the answers of azureml-fe, whatever the YAML's kind\n  local-endpoint up --front-door passthrough   no key and no rules: the server as it is\n  local-endpoint up --rate-limits enforce      429 and slow answers where Azure's limits are\n  local-endpoint up --time-scale 10            probes kill and restart in seconds, not minutes\n  local-endpoint up --inject-error region-wide-vm-capacity   does the pipeline take it?")]
    Up(Box<Up>),
    /// Serve a project as long as a command runs, and end with its exit code
    #[command(
        alias = "exec",
        after_help = "Examples:\n  local-endpoint run -- pytest -q\n  local-endpoint run examples/hello --summary summary.md -- sh -c 'curl -sf -H \"Authorization: Bearer $LOCAL_ENDPOINT_KEY\" \"$LOCAL_ENDPOINT_SCORING_URI\"'"
    )]
    Run(Box<Run>),
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
    #[command(
        after_help = "Examples:\n  local-endpoint logs -n blue -l 100 -f\n  local-endpoint get-logs -n blue              laid out as az prints it\n  local-endpoint logs -c storage-initializer   which files are where in the container"
    )]
    Logs(Logs),
    #[command(hide = true)]
    GetLogs(Logs),
    /// Show what was counted: requests, latencies, connections
    #[command(after_help = "Example: local-endpoint metrics -o prometheus")]
    Metrics(Metrics),
    /// Send more and more requests at once, and say which limit comes first
    #[command(after_help = "Example: local-endpoint load -r sample-request.json --duration 10s --max-concurrency 64")]
    Load(Load),
    /// Show or regenerate what callers of an endpoint send: its keys, or a token
    #[command(
        alias = "get-credentials",
        after_help = "Examples:\n  local-endpoint keys --key primary\n  local-endpoint keys --regenerate secondary\n  local-endpoint keys --token                  auth_mode aml_token or aad_token\n  local-endpoint keys --token --lifetime 5     does the client fetch a new one in time?"
    )]
    Keys(Keys),
    /// Set the traffic of a running endpoint
    #[command(
        after_help = "Examples:\n  local-endpoint traffic blue=90 green=10\n  local-endpoint traffic --mirror green=10     a copy of every tenth request\n  local-endpoint traffic --mirror green=0      no copies any more"
    )]
    Traffic(Traffic),
    /// Break something on purpose, for a while: what becomes of the callers?
    #[command(
        args_conflicts_with_subcommands = true,
        after_help = "Examples:\n  local-endpoint chaos kill                     an instance dies\n  local-endpoint chaos slow --delay 2s --share 30% --for 1m\n  local-endpoint chaos                          what lasts\n  local-endpoint chaos stop                     end it now"
    )]
    Chaos(Chaos),
    /// Will it survive the cloud? Starts nothing
    #[command(alias = "validate", after_help = "Example: local-endpoint check --strict examples/sklearn-regression")]
    Check(Check),
    /// List the environments that were made here, on every engine
    #[command(
        after_help = "Examples:\n  local-endpoint images\n  local-endpoint images key examples/sklearn-regression    the name of a CI cache"
    )]
    Images(Images),
    /// Remove the environments that nothing stands on
    #[command(after_help = "Example: local-endpoint prune --dry-run")]
    Prune(Prune),
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
    #[command(
        after_help = "Examples:\n  local-endpoint size --rps 20                 with the p95 that was measured here\n  local-endpoint size --rps 20 --seconds 0.2"
    )]
    Size(Size),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    #[default]
    Human,
    Json,
}

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
    /// Fail with an error that only the cloud raises; nothing starts, and what runs already runs on
    #[arg(long, value_name = "CODE", conflicts_with = "dry_run")]
    pub inject_error: Option<String>,
    /// Run the clock of probes and restarts so many times faster; requests keep their timeouts
    #[arg(long, value_name = "X", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub time_scale: u32,
    #[arg(short, long, default_value = "human")]
    pub output: Output,
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
    /// Print the token alone
    #[arg(long, conflicts_with_all = ["key", "regenerate"])]
    pub token: bool,
    /// Issue a token that lives so long; by default an hour, and the same one until it is to be refreshed
    #[arg(long, value_name = "SECONDS", conflicts_with_all = ["key", "regenerate"])]
    pub lifetime: Option<u32>,
    /// Issue an aad_token for somebody else than https://ml.azure.com: it is answered 401
    #[arg(long, value_name = "URI", conflicts_with_all = ["key", "regenerate"])]
    pub audience: Option<String>,
    /// Issue an aad_token of another tenant: it is answered 403
    #[arg(long, value_name = "ID", conflicts_with_all = ["key", "regenerate"])]
    pub tenant: Option<String>,
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
    #[arg(required_unless_present = "mirror", value_name = "NAME=PERCENT")]
    pub shares: Vec<String>,
    /// Send one deployment a copy of so many requests, at most 50 percent; its answers go nowhere
    #[arg(long, value_name = "NAME=PERCENT")]
    pub mirror: Option<String>,
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
