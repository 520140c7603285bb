//! Request settings, probes, scale: numbers with Azure's defaults already in them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestSettings {
    /// Default 5000 ms.
    pub request_timeout: Duration,
    /// Default 1.
    pub max_concurrent_requests_per_instance: u32,
    /// Default 500 ms; no effect on managed endpoints.
    pub max_queue_wait: Duration,
}

impl Default for RequestSettings {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_millis(5000),
            max_concurrent_requests_per_instance: 1,
            max_queue_wait: Duration::from_millis(500),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    pub initial_delay: Duration,
    pub period: Duration,
    pub timeout: Duration,
    pub success_threshold: u32,
    pub failure_threshold: u32,
}

impl Default for Probe {
    fn default() -> Self {
        Self {
            initial_delay: Duration::from_secs(10),
            period: Duration::from_secs(10),
            timeout: Duration::from_secs(2),
            success_threshold: 1,
            failure_threshold: 30,
        }
    }
}

/// How many times faster than Azure's the clock of probes and back-off runs; requests know nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeScale(NonZeroU32);

impl TimeScale {
    /// `None` for 0.
    pub fn new(times: u32) -> Option<Self> {
        NonZeroU32::new(times).map(Self)
    }

    pub fn times(self) -> u32 {
        self.0.get()
    }
}

impl Default for TimeScale {
    fn default() -> Self {
        Self(NonZeroU32::MIN)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScaleSettings {
    Default,
    TargetUtilization { min_instances: u32, max_instances: u32, polling_interval: Duration, target_percent: u32 },
}

/// Kubernetes resource requests and limits, quantities as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    pub requests: BTreeMap<String, String>,
    pub limits: BTreeMap<String, String>,
}
