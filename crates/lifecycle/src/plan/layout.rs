//! Azure's paths inside an instance.

use model::{Deployment, ModelAsset, NoCode};
use std::path::Path;

const APP: &str = "/var/azureml-app";
/// Seen: variables of such a container (azureml-assets, mlflow-ubuntu22.04-py312-cpu-inference/context/Dockerfile).
const MLFLOW: &str = "/var/mlflow_resources";

/// Where an instance's file system begins: empty in a container, the private folder of a process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    root: String,
}

impl Layout {
    pub fn container() -> Self {
        Self::default()
    }

    /// A process sees the same tree below its private folder.
    pub fn below(root: &Path) -> Self {
        Self { root: root.to_string_lossy().into_owned() }
    }

    /// The path as the program in the instance sees it.
    pub fn seen(&self, target: &str) -> String {
        format!("{}{target}", self.root)
    }
}

/// `/var/azureml-app/<last folder of the code path>`; the folder of Azure's own script for an MLflow model without code.
pub fn app_root(deployment: &Deployment) -> Option<String> {
    match deployment.no_code() {
        Some(NoCode::Mlflow) => Some(MLFLOW.to_owned()),
        _ => deployment.code.as_ref().map(|code| format!("{APP}/{}", last_name(&code.folder))),
    }
}

/// `/var/azureml-app/azureml-models/<name>/<version>`, or below `model_mount_path`.
pub fn model_dir(deployment: &Deployment) -> Option<String> {
    let base = match &deployment.model_mount_path {
        Some(path) => path.trim_end_matches('/').to_owned(),
        None => format!("{APP}/azureml-models"),
    };
    deployment.model.as_ref().map(|model| format!("{base}/{}/{}", model.name, model.version))
}

/// A folder keeps its last name below the model folder, a file lies directly in it: both are `<dir>/<last name>`.
pub fn model_target(dir: &str, model: &ModelAsset) -> String {
    format!("{dir}/{}", last_name(&model.path))
}

pub fn last_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
