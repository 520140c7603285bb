//! What to run, decided before anything runs. Pure, but for the one look at files that `signature` takes.

mod architecture;
mod cache_key;
mod collector;
mod command;
mod conda;
mod conda_document;
mod debug;
mod derived;
mod files;
mod image_notes;
mod launch;
mod layout;
mod limits;
mod locked;
mod no_code;
mod outward;
mod reach;
mod recipe;
mod sidecar;
mod signature;
mod traffic;
mod variables;

pub use architecture::architecture;
pub use cache_key::cache_key;
pub use collector::collector_settings;
pub use command::{Command, Launcher, command};
pub use conda::{Translation, distribution, has_inference_server, local_lines, translate};
pub use debug::{DebuggedCode, debugged_code, is_debugged};
pub use derived::{Derived, derived};
pub use files::{Folder, Stamp, stamp};
pub use image_notes::image_notes;
pub use launch::{InstancePlan, Planned, launch, mounts, ports};
pub use layout::{Layout, app_root, model_dir};
pub use limits::{Granted, granted, not_kept};
pub use locked::Locked;
pub use no_code::triton_missing;
pub use outward::{closed, not_closed, outward};
pub use reach::{copied, open_ports};
pub use recipe::{CondaPlan, EnvironmentPlan, environment};
pub use sidecar::Sidecar;
pub use signature::{Signature, signature};
pub use traffic::{Decided, Kept, decide};
pub use variables::{GIVEN_AT_THE_START, Variable, injected, merged};

use model::{DataCollector, Deployment, Limits, Route, UpstreamMode};

/// Azure's default port and routes of an image that runs the inference server.
const INFERENCE_SERVER_PORT: u16 = 5001;

/// Where a deployment is probed and scored, in the container's numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routes {
    pub scoring: Route,
    pub liveness: Route,
    pub readiness: Route,
}

impl Routes {
    pub fn of(deployment: &Deployment) -> Self {
        let server = |path: &str| Route { port: INFERENCE_SERVER_PORT, path: path.to_owned() };
        match &deployment.environment.inference_config {
            Some(config) => Self {
                scoring: config.scoring_route.clone(),
                liveness: config.liveness_route.clone(),
                readiness: config.readiness_route.clone(),
            },
            None => Self { scoring: server("/score"), liveness: server("/"), readiness: server("/") },
        }
    }
}

/// The limits the front end keeps for a deployment.
pub fn limits(deployment: &Deployment) -> Limits {
    Limits {
        request_timeout: deployment.request_settings.request_timeout,
        max_concurrent_requests_per_instance: deployment.request_settings.max_concurrent_requests_per_instance,
        instance_count: deployment.instance_count,
        max_queue_wait: deployment.request_settings.max_queue_wait,
    }
}

/// The collector of a deployment, where the door has something to collect.
pub fn payloads(deployment: &Deployment) -> Option<&DataCollector> {
    deployment.data_collector.as_ref().filter(|collector| collector.payloads().next().is_some())
}

/// A custom container is spoken to as it comes; the inference server needs whole bodies.
pub fn upstream_mode(deployment: &Deployment) -> UpstreamMode {
    match deployment.environment.inference_config {
        Some(_) => UpstreamMode::Streaming,
        None => UpstreamMode::WholeBodyThenClose,
    }
}
