//! The desired endpoint, and the whole of what one `up` wants.

use crate::{Deployment, DeploymentKind, DeploymentName, EndpointIdentity, EndpointName, RunOptions, Written};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Percent by deployment name; names are not checked here.
pub type Traffic = BTreeMap<DeploymentName, u32>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMode {
    Key,
    AmlToken,
    AadToken,
}

/// The one deployment that gets a copy of some requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mirror {
    pub deployment: DeploymentName,
    pub percent: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    pub name: EndpointName,
    pub kind: DeploymentKind,
    pub auth_mode: AuthMode,
    /// `None`: the key was not written, which differs from an empty map.
    pub traffic: Option<Traffic>,
    pub mirror: Option<Mirror>,
    /// `None`: no file says what the endpoint has.
    pub identity: Option<EndpointIdentity>,
    /// Keys without a local meaning, kept as they were written (description, tags ...).
    pub kept: serde_json::Map<String, serde_json::Value>,
    /// The file it came from; `None` when a deployment alone implied it.
    pub file: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesiredEndpoint {
    pub endpoint: Endpoint,
    /// In file order.
    pub deployments: Vec<Deployment>,
}

/// What one `up` asks for: the input of the emulator, in-process or over its control API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// Canonical path of the project folder.
    pub project: PathBuf,
    pub endpoints: Vec<DesiredEndpoint>,
    pub options: RunOptions,
    /// `None`: it was not read from files.
    #[serde(default)]
    pub written: Option<Written>,
}
