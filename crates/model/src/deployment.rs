//! The desired deployment.

use crate::{
    Code, DeploymentName, EndpointName, Environment, ModelAsset, Probe, RequestSettings, Resources, ScaleSettings,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeploymentKind {
    Managed,
    Kubernetes,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    pub name: DeploymentName,
    pub endpoint: EndpointName,
    pub kind: DeploymentKind,
    pub model: Option<ModelAsset>,
    pub model_mount_path: Option<String>,
    pub code: Option<Code>,
    pub environment: Environment,
    pub environment_variables: BTreeMap<String, String>,
    pub request_settings: RequestSettings,
    pub liveness_probe: Probe,
    pub readiness_probe: Probe,
    pub startup_probe: Option<Probe>,
    pub instance_count: u32,
    pub instance_type: Option<String>,
    pub scale_settings: Option<ScaleSettings>,
    pub resources: Option<Resources>,
    /// Keys without a local meaning, kept as they were written.
    pub kept: serde_json::Map<String, serde_json::Value>,
    /// The file it came from.
    pub file: PathBuf,
}
