//! What the command line adds to the YAML.

use crate::Traffic;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EngineChoice {
    #[default]
    Auto,
    Docker,
    Process,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PullPolicy {
    #[default]
    Missing,
    Always,
    Never,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunOptions {
    pub engine: EngineChoice,
    pub pull: PullPolicy,
    /// An explicit scoring port: taken means failure.
    pub port: Option<u16>,
    /// Deployments that are not named stay as they are (files were named with `-f`).
    pub additive: bool,
    /// Add what Azure would refuse to start without, and say so.
    pub loose: bool,
    /// `--traffic`, or what `--all-traffic` and `--no-traffic` amount to.
    pub traffic: Option<Traffic>,
    /// `--instances`: how many are started; the 429 arithmetic keeps the YAML's count.
    pub instances: Option<u32>,
    /// Extra certificate authorities for builds, absolute paths (overlay `[build] ca_certificates`).
    pub ca_certificates: Vec<std::path::PathBuf>,
}
