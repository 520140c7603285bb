//! What is asked of an endpoint that runs.

use crate::printed::Printed;
use clap::{Args as Group, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Group)]
pub struct Down {
    /// Endpoints, or folders of projects; by default this folder's
    pub endpoints: Vec<String>,
    /// As az names it. One deployment alone is not taken down, so `-n blue -e credit` is refused.
    #[arg(short, long, hide = true, visible_short_alias = 'e', alias = "endpoint-name")]
    pub name: Option<String>,
    /// Every endpoint of every project
    #[arg(long, conflicts_with_all = ["endpoints", "name"])]
    pub all: bool,
    /// Forget keys, ports and logs, too
    #[arg(long)]
    pub purge: bool,
}

#[derive(Debug, Group)]
pub struct Status {
    /// This endpoint alone
    #[arg(short, long, value_name = "ENDPOINT")]
    pub endpoint_name: Option<String>,
    /// az's word for the endpoint, or for one deployment beside `-e`.
    #[arg(short, long, hide = true)]
    pub name: Option<String>,
    /// Again every second, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
    #[command(flatten)]
    pub printed: Printed,
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
    #[command(flatten)]
    pub printed: Printed,
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
    #[command(flatten)]
    pub printed: Printed,
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
    #[command(flatten)]
    pub printed: Printed,
}
