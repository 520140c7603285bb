//! What serves right now: an immutable value, replaced as a whole. Counters live in the front end, by id.

use crate::{AuthMode, DeploymentName, EndpointName, InstanceId, Mirror, Traffic};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fleet {
    pub endpoints: BTreeMap<EndpointName, Arc<ServedEndpoint>>,
}

/// Whose rules the front door follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Managed,
    Kubernetes,
}

/// SHA-256 of a key: the key itself never gets here.
pub type KeyHash = [u8; 32];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auth {
    pub mode: AuthMode,
    pub key_hashes: Vec<KeyHash>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedEndpoint {
    pub name: EndpointName,
    pub profile: Profile,
    pub auth: Auth,
    pub traffic: Traffic,
    pub mirror: Option<Mirror>,
    pub deployments: BTreeMap<DeploymentName, Arc<ServedDeployment>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub request_timeout: Duration,
    pub max_concurrent_requests_per_instance: u32,
    /// The YAML's count, whatever really runs.
    pub instance_count: u32,
}

/// How an upstream wants to be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpstreamMode {
    /// Azure's inference server: the whole request in memory first, one connection a request, read to the end.
    WholeBodyThenClose,
    /// A custom container: bodies stream.
    Streaming,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedDeployment {
    pub name: DeploymentName,
    pub limits: Limits,
    /// The path that scores; sub-paths and queries pass too.
    pub scoring_path: String,
    pub upstream: UpstreamMode,
    /// Every instance that was started and not given up; empty after a failed start.
    pub instances: Vec<ServedInstance>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedInstance {
    pub id: InstanceId,
    /// Grows with every restart of the instance, so that counters start anew.
    pub generation: u64,
    /// Where the scoring port is reached; changes at every restart.
    pub address: SocketAddr,
    pub ready: bool,
}
