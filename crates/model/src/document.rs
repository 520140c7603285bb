//! The documents of `-o json`: ARM's and az's field names. A change here is a change of the public contract.

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
    pub scoring_uri: String,
    pub openapi_uri: String,
    pub port: u16,
    pub auth_mode: String,
    pub traffic: BTreeMap<String, u32>,
    pub mirror_traffic: BTreeMap<String, u32>,
    pub provisioning_state: ProvisioningState,
    pub deployments: Vec<DeploymentDocument>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeploymentDocument {
    pub name: String,
    pub provisioning_state: ProvisioningState,
    pub instance_count: u32,
    pub instance_type: Option<String>,
    pub error: Option<ErrorDocument>,
    pub instances: Vec<InstanceDocument>,
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
