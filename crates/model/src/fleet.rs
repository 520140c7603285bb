//! What serves right now: an immutable value, replaced as a whole. Counters live in the front end, by id.

use crate::{
    AuthMode, DataCollector, DeploymentName, EndpointName, InstanceId, Mirror, RateLimits, RequestFault, Traffic,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fleet {
    pub endpoints: BTreeMap<EndpointName, Arc<ServedEndpoint>>,
}

/// Whose rules the front door follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    Managed,
    Kubernetes,
    /// Nobody's: requests and answers pass as they are.
    Passthrough,
}

/// SHA-256 of a key or a token: the credential itself never gets here.
pub type KeyHash = [u8; 32];

/// What a caller has to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    Keys(Vec<KeyHash>),
    /// `aml_token`
    AmlTokens(Vec<IssuedToken>),
    /// `aad_token`
    AadTokens {
        issued: Vec<IssuedToken>,
        /// Whose tokens the endpoint takes.
        tenant: String,
    },
}

impl Auth {
    pub fn mode(&self) -> AuthMode {
        match self {
            Self::Keys(_) => AuthMode::Key,
            Self::AmlTokens(_) => AuthMode::AmlToken,
            Self::AadTokens { .. } => AuthMode::AadToken,
        }
    }
}

/// A token that the emulator has issued: whoever checks it needs neither the token nor what signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedToken {
    pub hash: KeyHash,
    /// From here on it is refused; unix seconds.
    pub expires: i64,
    /// For whom it was issued, `aud` of a JWT; empty for an `aml_token`.
    pub audience: String,
    /// By whom, `tid` of a JWT; empty for an `aml_token`.
    pub tenant: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedEndpoint {
    pub name: EndpointName,
    pub profile: Profile,
    pub auth: Auth,
    pub traffic: Traffic,
    pub mirror: Option<Mirror>,
    pub rate_limits: RateLimits,
    pub deployments: BTreeMap<DeploymentName, Arc<ServedDeployment>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub request_timeout: Duration,
    pub max_concurrent_requests_per_instance: u32,
    /// The YAML's count, whatever really runs.
    pub instance_count: u32,
    /// How long a request may wait for an instance; no effect on managed endpoints.
    pub max_queue_wait: Duration,
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
    /// What is done to its requests on purpose; mostly nothing.
    pub faults: Vec<RequestFault>,
    /// What the door collects of its requests; `None`: nothing.
    pub collector: Option<Arc<DataCollector>>,
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
