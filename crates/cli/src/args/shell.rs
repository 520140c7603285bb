//! `shell`.

use clap::Args as Group;

#[derive(Debug, Group)]
pub struct Shell {
    /// The deployment; by default the only one
    pub deployment: Option<String>,
    #[arg(short, long, value_name = "ENDPOINT")]
    pub endpoint_name: Option<String>,
    /// The deployment, as a flag
    #[arg(short, long, value_name = "DEPLOYMENT", conflicts_with = "deployment")]
    pub name: Option<String>,
    /// By default the first that is ready
    #[arg(long, value_name = "N")]
    pub instance: Option<u32>,
    /// In place of a shell; its exit code is given back
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<String>,
}
