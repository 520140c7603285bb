//! The documents of `-o json`: ARM's and az's field names. A change here is a change of the public contract.

use crate::FaultDocument;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

pub const SCHEMA_VERSION: u32 = 1;

/// States as ARM spells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProvisioningState {
    Creating,
    Updating,
    Scaling,
    Deleting,
    Succeeded,
    Failed,
    Canceled,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatusDocument {
    pub schema_version: u32,
    pub emulators: Vec<EmulatorDocument>,
    /// Only in the answer of `up -d`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub endpoints: Option<Vec<EndpointDocument>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmulatorDocument {
    pub pid: u32,
    pub project: PathBuf,
    pub control_port: u16,
    pub endpoints: Vec<EndpointDocument>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndpointDocument {
    pub name: String,
    pub kind: String,
    /// Whose rules it follows: managed, kubernetes or passthrough.
    pub front_door: String,
    pub scoring_uri: String,
    pub openapi_uri: String,
    pub port: u16,
    pub auth_mode: String,
    pub traffic: BTreeMap<String, u32>,
    pub mirror_traffic: BTreeMap<String, u32>,
    pub provisioning_state: ProvisioningState,
    pub deployments: Vec<DeploymentDocument>,
    /// Faults on purpose that last.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub faults: Vec<FaultDocument>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeploymentDocument {
    pub name: String,
    pub provisioning_state: ProvisioningState,
    pub instance_count: u32,
    pub instance_type: Option<String>,
    pub error: Option<ErrorDocument>,
    /// Requests that nobody waits for any more and the containers still work on.
    pub abandoned_requests: u32,
    /// Where a debugger attaches, on 127.0.0.1; only with `--debug`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub debug_port: Option<u16>,
    /// Only once there was a request.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub requests: Option<RequestsDocument>,
    pub instances: Vec<InstanceDocument>,
}

/// The requests of a deployment since its endpoint was opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestsDocument {
    pub ended: u64,
    pub in_flight: u32,
    pub queued: u32,
    /// From the start of a request to the end of its answer.
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorDocument {
    /// The headline: Azure's name for the kind of endpoint.
    pub code: String,
    /// The finding beneath it, where there is one.
    pub cause: Option<String>,
    pub message: String,
    pub origin: String,
    pub remedy: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstanceDocument {
    pub name: String,
    pub state: String,
    pub ready: bool,
    pub restarts: u32,
    pub address: Option<String>,
    pub image: String,
    pub engine: String,
    /// Of its last start; absent until it has answered, and for one that was taken over.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub start: Option<StartDocument>,
    /// By kind of probe.
    #[serde(default)]
    pub probes: BTreeMap<String, ProbeDocument>,
    /// Only in the answer of `status`, as far as its engine tells.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub memory: Option<MemoryDocument>,
    /// What Azure's event log would have, the oldest first.
    #[serde(default)]
    pub events: Vec<PlatformEventDocument>,
}

/// How a probe of an instance stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeDocument {
    /// In a row, up to now.
    pub failures: u32,
    /// So many make it unready, or restart it.
    pub failure_threshold: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryDocument {
    pub used_bytes: Option<u64>,
    pub peak_bytes: Option<u64>,
    pub limit_bytes: Option<u64>,
}

/// What an instance has used of its memory, as far as its engine tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceMemory {
    pub endpoint: String,
    pub deployment: String,
    /// As `status` names it.
    #[serde(default)]
    pub instance: String,
    pub limit_bytes: Option<u64>,
    /// Now, without files that the kernel keeps in mind.
    #[serde(default)]
    pub used_bytes: Option<u64>,
    /// The most there ever was at once; files that the kernel keeps in mind count, too.
    pub peak_bytes: Option<u64>,
}

/// The start of an instance, beside the time that its probes give in Azure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StartDocument {
    /// From the start of the container to its first answer.
    pub took_ms: u64,
    /// What Azure would have installed before that, and what was installed beforehand here: without code and environment
    /// the packages of an MLflow model.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub installing_ms: u64,
    /// When Azure kills a container that never answers; counted from its start.
    pub killed_at_ms: u64,
    /// `safe`, `tight` (more than half of the time was used) or `killed` (Azure would not have waited for it).
    pub verdict: String,
    /// In seconds: the smallest one at which this start is safe, other settings as they are.
    pub safe_initial_delay: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformEventDocument {
    pub name: String,
    pub message: String,
    /// So often in a row.
    pub count: u32,
}

/// What a caller of an endpoint sends, by the endpoint's auth mode. Never logged, never a label, never an argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Credentials {
    Keys(Keys),
    Token(Token),
}

impl Credentials {
    /// What goes behind `Authorization: Bearer`.
    pub fn bearer(&self) -> &str {
        match self {
            Self::Keys(keys) => &keys.primary_key,
            Self::Token(token) => &token.access_token,
        }
    }
}

/// A token in the shape of az's `get-credentials`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    pub access_token: String,
    /// In unix seconds, as the next one.
    pub expiry_time_utc: i64,
    /// A new one can be had from here on.
    pub refresh_after_time_utc: i64,
    pub token_type: String,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("expiry_time_utc", &self.expiry_time_utc).finish_non_exhaustive()
    }
}

/// Both keys of an endpoint, in full. Never logged, never a label, never an argument.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Keys {
    pub primary_key: String,
    pub secondary_key: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}
