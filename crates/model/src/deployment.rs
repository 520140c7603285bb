//! The desired deployment.

use crate::{
    AssetRef, Code, DataCollector, DeploymentName, EndpointName, Environment, ModelAsset, ModelType, Probe,
    RequestSettings, Resources, ScaleSettings,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeploymentKind {
    Managed,
    Kubernetes,
}

/// `egress_public_network_access`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Egress {
    #[default]
    Enabled,
    /// An instance has no way out.
    Disabled,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_collector: Option<DataCollector>,
    #[serde(default)]
    pub egress: Egress,
    /// Keys without a local meaning, kept as they were written.
    pub kept: serde_json::Map<String, serde_json::Value>,
    /// The file it came from.
    pub file: PathBuf,
}

/// What Azure serves a model with that comes without code and environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoCode {
    Mlflow,
    Triton,
}

impl Deployment {
    /// A path as messages name it: relative to the project where it can be.
    pub fn shown<'a>(&self, path: &'a Path) -> &'a Path {
        let project = self.file.parent().unwrap_or(Path::new(""));
        path.strip_prefix(project).unwrap_or(path)
    }

    /// `None`: the deployment says itself what serves its model.
    pub fn no_code(&self) -> Option<NoCode> {
        let made = self.code.is_none() && self.environment.reference == AssetRef::OfModel;
        match self.model.as_ref().filter(|_| made)?.kind {
            ModelType::MlflowModel => Some(NoCode::Mlflow),
            ModelType::TritonModel => Some(NoCode::Triton),
            ModelType::CustomModel => None,
        }
    }
}
