//! What serves a model that comes without code: the script for MLflow, the command for Triton.

use super::layout::{app_root, last_name, model_dir, model_target};
use diagnosis::{Diagnosis, plan};
use engine::{Access, Arg, Mount, MountSource};
use model::{Deployment, EnvironmentSource, NoCode};
use std::sync::LazyLock;

/// Azure's name for its own; this one is ours.
const SCRIPT: &str = "mlflow_score_script.py";
const SCRIPT_TEXT: &str = include_str!("mlflow_score_script.py");

static ARCHIVE: LazyLock<Vec<u8>> =
    LazyLock::new(|| engine::archive_of([(SCRIPT, SCRIPT_TEXT.as_bytes())]).expect("an archive in memory"));

/// The scoring script, relative to the app root: the deployment's own, or the one made for an MLflow model.
pub fn script(deployment: &Deployment) -> Option<&str> {
    match deployment.no_code() {
        Some(NoCode::Mlflow) => Some(SCRIPT),
        _ => deployment.code.as_ref().map(|code| code.scoring_script.as_str()),
    }
}

/// The made script, in the folder where Azure has its own.
pub fn mount(deployment: &Deployment) -> Option<Mount> {
    deployment.no_code().filter(|kind| *kind == NoCode::Mlflow)?;
    let source = MountSource::Archive(ARCHIVE.clone());
    Some(Mount { source, target: app_root(deployment)?, access: Access::ReadOnly })
}

/// `MLFLOW_MODEL_FOLDER`
pub fn model_folder(deployment: &Deployment) -> Option<String> {
    deployment.no_code().filter(|kind| *kind == NoCode::Mlflow)?;
    deployment.model.as_ref().map(|model| last_name(&model.path))
}

/// The model folder is the repository; ports are Triton's defaults.
pub fn triton(deployment: &Deployment) -> Option<Vec<Arg>> {
    let (model, dir) = (deployment.model.as_ref()?, model_dir(deployment)?);
    let repository = format!("--model-repository={}", model_target(&dir, model));
    Some(["tritonserver".to_owned(), repository].map(Arg::Text).to_vec())
}

/// NVIDIA's own image serves the same repository as Azure's, of which nobody knows who may pull it.
pub fn triton_missing(deployment: &Deployment, image: &str) -> Diagnosis {
    let written = match &deployment.environment.source {
        EnvironmentSource::Image { written, .. } => written,
        EnvironmentSource::Build { .. } => image,
    };
    let name = &deployment.name;
    let message = format!("{name}: a Triton model needs a Triton image, and {image} is not on this machine");
    let remedy = format!(
        "`docker pull nvcr.io/nvidia/tritonserver:YY.MM-py3` (several GB), then in local-endpoint.toml:\n      \
         [images]\n      \"{written}\" = \"nvcr.io/nvidia/tritonserver:YY.MM-py3\"\n      \
         or let `local-endpoint up --pull always` fetch it"
    );
    Diagnosis::error(plan::TRITON_IMAGE_MISSING, message).remedy(remedy)
}
