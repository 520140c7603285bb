//! Curated and registry environments of Azure ML, and their public images.
//!
//! Source: Azure/azureml-assets, `assets/inference/environments/*/environment.yaml`: `image.name` with
//! `publish: {location: mcr, visibility: public}`; read 2026-11-22. The tag of an image is the version of its
//! environment (azureml-assets, release), `latest` for a label or none: inferred from names such as
//! `mcr.microsoft.com/azureml/curated/mlflow-model-inference:5`.

use super::reference::Reference;

/// Environment -> image below `mcr.microsoft.com/azureml/curated/`.
const IMAGES: &[(&str, &str)] = &[
    ("foundation-model-inference", "foundation-model-inference"),
    ("minimal-py311-inference", "minimal-py311-inference"),
    ("minimal-py312-cuda11.8-inference", "minimal-py312-cuda11.8-inference"),
    ("minimal-py312-cuda12.4-inference", "minimal-py312-cuda12.4-inference"),
    ("minimal-ubuntu20.04-py311-cpu-inference", "minimal-ubuntu20.04-py311-cpu-inference"),
    ("minimal-ubuntu20.04-py38-cpu-inference", "minimal-ubuntu20.04-py38-cpu-inference"),
    ("minimal-ubuntu20.04-py38-cuda11.6.2-gpu-inference", "minimal-py38-cuda11.6.2-inference"),
    ("minimal-ubuntu20.04-py39-cpu-inference", "minimal-py39-inference"),
    ("minimal-ubuntu22.04-py311-cpu-inference", "minimal-py311-inference"),
    ("minimal-ubuntu22.04-py39-cpu-inference", "minimal-ubuntu22.04-py39-cpu-inference"),
    ("minimal-ubuntu22.04-py39-cuda11.8-gpu-inference", "minimal-ubuntu22.04-py39-cuda11.8-gpu-inference"),
    ("mlflow-model-inference", "mlflow-model-inference"),
    ("mlflow-ubuntu20.04-py39-cpu-inference", "mlflow-py39-inference"),
    ("mlflow-ubuntu22.04-py312-cpu-inference", "mlflow-ubuntu22.04-py312-cpu-inference"),
];

const REGISTRY: &str = "mcr.microsoft.com/azureml/curated";

/// The public image of a curated environment (`azureml:AzureML-NAME...`, `azureml://registries/azureml/...`).
pub fn image(reference: &Reference) -> Option<String> {
    let prefixed = reference.name.strip_prefix("AzureML-");
    let curated = prefixed.is_some() || reference.registry.as_deref() == Some("azureml");
    let name = prefixed.unwrap_or(&reference.name);
    let (_, image) = IMAGES.iter().find(|(it, _)| curated && *it == name)?;
    let tag = reference.version.as_deref().unwrap_or("latest");
    Some(format!("{REGISTRY}/{image}:{tag}"))
}
