//! `run`: a command beside an endpoint.

use super::Up;
use clap::Args as Group;
use std::ffi::OsString;
use std::path::PathBuf;

#[derive(Debug, Group)]
pub struct Run {
    #[command(flatten)]
    pub up: Up,
    /// Add what was asked and answered to this file, as Markdown ($GITHUB_STEP_SUMMARY)
    #[arg(long, value_name = "FILE")]
    pub summary: Option<PathBuf>,
    /// The command; it has LOCAL_ENDPOINT_SCORING_URI and LOCAL_ENDPOINT_KEY
    #[arg(last = true, required = true, value_name = "COMMAND", conflicts_with_all = ["detach", "dry_run", "inject_error"])]
    pub command: Vec<OsString>,
}
