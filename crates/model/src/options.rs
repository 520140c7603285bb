//! What the command line adds to the YAML.

use crate::{BuildSettings, Profile, TimeScale, TokenSource, Traffic};
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

/// What becomes of the limits that a managed endpoint has as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RateLimits {
    /// The first time one is passed, it is said what Azure would have done.
    #[default]
    Warn,
    Enforce,
    Off,
}

/// Whether an instance gets no more cores and memory than Azure would give it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SkuLimits {
    #[default]
    On,
    Off,
}

/// What instances may do with code and model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mounts {
    /// They read the files of this machine.
    #[default]
    ReadOnly,
    /// Each has a copy to write to, which goes with it.
    Scratch,
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
    /// `--front-door`; `None`: by the kind of the endpoint.
    pub front_door: Option<Profile>,
    pub rate_limits: RateLimits,
    /// Of the draws that choose deployments; `None`: by chance.
    pub seed: Option<u64>,
    /// `--no-traffic-log`
    #[serde(default)]
    pub no_traffic_log: bool,
    /// `--sku-limits`
    #[serde(default)]
    pub sku_limits: SkuLimits,
    /// `--mounts`
    #[serde(default)]
    pub mounts: Mounts,
    /// `--lock`
    #[serde(default)]
    pub lock: bool,
    /// `--platform`: `linux/arm64`, of images.
    #[serde(default)]
    pub platform: Option<String>,
    /// `--time-scale`
    #[serde(default)]
    pub time_scale: TimeScale,
    /// `--debug`
    #[serde(default)]
    pub debug: bool,
    /// `LOCAL_ENDPOINT_DEBUGPY`: a folder with debugpy in it, absolute.
    #[serde(default)]
    pub debugpy: Option<std::path::PathBuf>,
    /// `--watch`, `--no-watch`: whether what runs follows its files; `None`: as it is.
    #[serde(default)]
    pub watch: Option<bool>,
    /// Extra certificate authorities for builds, absolute paths (overlay `[build] ca_certificates`).
    pub ca_certificates: Vec<std::path::PathBuf>,
    /// What stands in for the endpoint's managed identity (overlay `[identity] token`).
    #[serde(default)]
    pub identity: TokenSource,
    #[serde(default)]
    pub build: BuildSettings,
}

impl RunOptions {
    pub fn watches(&self) -> bool {
        self.watch.unwrap_or_default()
    }
}
