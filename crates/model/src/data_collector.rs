//! What is collected of a deployment's requests: `data_collector`.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataCollector {
    /// Those that are enabled, in lower case: `request` and `response` are the front end's, all others the script's.
    pub collections: BTreeSet<String>,
    pub sampling_rate: SamplingRate,
    pub rolling_rate: RollingRate,
    /// Header names; of requests and responses.
    pub capture_headers: Vec<String>,
}

/// The part that is collected, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SamplingRate(u32);

/// How often a new folder begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RollingRate {
    Minute,
    #[default]
    Hour,
    Day,
}

pub const REQUEST: &str = "request";
pub const RESPONSE: &str = "response";

impl DataCollector {
    /// Of the script, by the package azureml-ai-monitoring.
    pub fn custom(&self) -> impl Iterator<Item = &str> {
        self.collections.iter().map(String::as_str).filter(|name| !matches!(*name, REQUEST | RESPONSE))
    }

    /// Of the front end.
    pub fn payloads(&self) -> impl Iterator<Item = &str> {
        self.collections.iter().map(String::as_str).filter(|name| matches!(*name, REQUEST | RESPONSE))
    }
}

impl SamplingRate {
    pub const ALL: Self = Self(1_000_000);

    /// 0 to 1.
    pub fn of(rate: f64) -> Self {
        Self((rate.clamp(0.0, 1.0) * 1e6).round() as u32)
    }

    pub fn millionths(self) -> u32 {
        self.0
    }

    /// 0 to 100.
    pub fn percent(self) -> f64 {
        f64::from(self.0) / 1e4
    }
}
