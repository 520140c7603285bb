//! The one numbered stream of what happened.

use crate::{DeploymentName, EndpointName, InstanceId};
use diagnosis::Diagnosis;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstanceState {
    Starting,
    Ready,
    Unready,
    Restarting,
    Stopping,
    Failed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// From 1, without gaps.
    pub number: u64,
    pub time: Timestamp,
    pub kind: EventKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventKind {
    /// Work under way that a person waits for: `blue: building the environment`.
    Progress {
        deployment: Option<DeploymentName>,
        text: String,
    },
    /// One line of a container's output.
    Log {
        instance: InstanceId,
        line: String,
    },
    InstanceChanged {
        instance: InstanceId,
        state: InstanceState,
        detail: String,
    },
    /// As Azure's event log has it: `LivenessProbeFailed`, `Killing`, `BackOff`.
    Platform {
        instance: InstanceId,
        name: String,
        message: String,
    },
    DeploymentReady {
        endpoint: EndpointName,
        deployment: DeploymentName,
        milliseconds: u64,
    },
    /// Instances that ran have new code.
    DeploymentReloaded {
        endpoint: EndpointName,
        deployment: DeploymentName,
        /// Since the change was seen.
        milliseconds: u64,
        /// What has changed, the first of it.
        files: Vec<String>,
    },
    DeploymentFailed {
        endpoint: EndpointName,
        deployment: DeploymentName,
        error: Diagnosis,
    },
    /// A warning, a note, a failed request explained.
    Said {
        diagnosis: Diagnosis,
    },
    /// Every deployment of the desired state is ready or has failed.
    Settled,
    Stopping,
}
