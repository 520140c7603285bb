//! The command line. az's words are hidden aliases, and az's flags without a meaning here are taken with one line.

mod beforehand;
mod chaos;
mod completions;
mod images;
mod observed;
mod run;
mod running;
mod shell;
mod up;
mod vscode;

pub use beforehand::{Check, Doctor, Explain, Format, Rules, Schema, Size};
pub use chaos::{Chaos, Common, Fault, Probes};
use clap::{Args as Group, Parser, Subcommand};
pub use completions::{Completions, Man, Shell as ShellName};
pub use images::{Images, ImagesVerb, Prune, Save};
pub use observed::{Container, Lines, Load, Logs, Metrics, MetricsFormat};
pub use run::Run;
pub use running::{Down, Invoke, Key, Keys, Status, Traffic};
pub use shell::Shell;
pub use up::{Engine, FrontDoor, Mounts, Pull, RateLimits, Switch, Up};
pub use vscode::Vscode;

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
    #[arg(long, global = true, hide = true)]
    pub no_wait: bool,
    /// Nobody is asked here.
    #[arg(short, long, global = true, hide = true)]
    pub yes: bool,
}

impl Cloud {
    /// The flags that were given, for the one line that says they mean nothing here.
    pub fn given(&self) -> Vec<&'static str> {
        let given = [
            ("--resource-group", self.resource_group.is_some()),
            ("--workspace-name", self.workspace_name.is_some()),
            ("--subscription", self.subscription.is_some()),
            ("--local", self.local),
            ("--no-wait", self.no_wait),
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
        after_help = "Examples:\n  local-endpoint run -- pytest -q\n  local-endpoint run examples/hello --summary summary.md -- sh -c '\n    curl -sf -H \"Authorization: Bearer $LOCAL_ENDPOINT_KEY\" \\\n      -H \"Content-Type: application/json\" \\\n      --data @examples/hello/sample-request.json \"$LOCAL_ENDPOINT_SCORING_URI\"'"
    )]
    Run(Box<Run>),
    /// Take endpoints down, and whatever a killed emulator left
    #[command(alias = "delete", after_help = "Example: local-endpoint down --all")]
    Down(Down),
    /// Show what runs
    #[command(aliases = ["show", "list", "ps"], after_help = "Examples:\n  local-endpoint status\n  local-endpoint status --watch\n  local-endpoint status -o tsv --query \"emulators[].endpoints[].scoring_uri\"")]
    Status(Status),
    /// Score a request
    #[command(after_help = "Example: local-endpoint invoke -r sample-request.json")]
    Invoke(Invoke),
    /// Show what the containers print
    #[command(
        after_help = "Examples:\n  local-endpoint logs -n blue -l 100 -f\n  local-endpoint get-logs -n blue              laid out as az prints it\n  local-endpoint logs -c storage-initializer   which files are where in the container"
    )]
    Logs(Logs),
    #[command(hide = true, after_help = "Example: local-endpoint get-logs -n blue")]
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
    /// Open a shell inside an instance, or run a command there
    #[command(
        after_help = "Examples:\n  local-endpoint shell\n  local-endpoint shell blue --instance 1\n  local-endpoint shell -n blue -- python -c 'import sklearn; print(sklearn.__version__)'"
    )]
    Shell(Shell),
    /// Write what F5 in VS Code needs: .vscode/launch.json and tasks.json
    #[command(after_help = "Example: local-endpoint vscode examples/hello")]
    Vscode(Vscode),
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
        after_help = "Examples:\n  local-endpoint images\n  local-endpoint images key examples/sklearn-regression    the name of a CI cache\n  local-endpoint images save images.tar                    what that cache holds\n  local-endpoint images load images.tar"
    )]
    Images(Images),
    /// Remove the environments that nothing stands on
    #[command(
        after_help = "Examples:\n  local-endpoint prune --dry-run\n  local-endpoint prune --older-than 14d\n  local-endpoint prune --all               what was pulled, too"
    )]
    Prune(Prune),
    /// Show where engines were looked for, and the mend
    #[command(after_help = "Example: local-endpoint doctor")]
    Doctor(Doctor),
    /// Print the JSON Schema of a kind of file, for editors
    #[command(after_help = "Example: local-endpoint schema managed-deployment > deployment.schema.json")]
    Schema(Schema),
    /// Explain an error code, a status code, a pasted error text, a YAML key or a failed request
    #[command(
        after_help = "Examples:\n  az ml online-deployment create ... 2>&1 | local-endpoint explain -\n  local-endpoint explain 5c1f68bc-12f2-4c92-83c5-8edc783721db    its x-request-id: why did it fail?"
    )]
    Explain(Explain),
    /// Compute how many instances a load needs
    #[command(
        after_help = "Examples:\n  local-endpoint size --rps 20                 with the p95 that was measured here\n  local-endpoint size --rps 20 --seconds 0.2"
    )]
    Size(Size),
    /// Print what a shell needs to complete the words of this command
    #[command(
        after_help = "Examples:\n  source <(local-endpoint completions bash)\n  local-endpoint completions fish > ~/.config/fish/completions/local-endpoint.fish"
    )]
    Completions(Completions),
    /// Write the man pages into a folder
    #[command(hide = true, after_help = "Example: local-endpoint man target/man")]
    Man(Man),
}

#[cfg(test)]
mod tests;
