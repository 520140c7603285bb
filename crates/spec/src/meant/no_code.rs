//! What Azure serves an MLflow or a Triton model with that comes without code and environment.

use super::{Context, conda, mlflow};
use crate::source::At;
use crate::written::assets::AssetWritten;
use crate::written::deployment::DeploymentWritten;
use diagnosis::{Diagnosis, spec};
use model::{AssetRef, CondaFile, Environment, EnvironmentSource, InferenceConfig, ModelAsset, ModelType, Route};

/// Seen: `MlflowNCDEnv-mlflow-py312-inference`, azureml-inference-server#112 (2025-12) and a deployment read back in
/// 2026-09; `mcr.microsoft.com/azureml/curated/mlflow-model-inference:5` in 2025-10.
const MLFLOW_IMAGE: &str = "mcr.microsoft.com/azureml/curated/mlflow-py312-inference:latest";
/// Seen in Dockerfiles that stand on it; which one a deployment without code gets is written nowhere.
const TRITON_IMAGE: &str = "mcr.microsoft.com/azureml/tritonserver-inference:latest";
/// Triton's own default port and routes; that Azure asks there is inferred.
const TRITON_PORT: u16 = 8000;

/// `None`: the model says itself that code is needed, or what it lacks has been reported.
pub fn environment(context: &Context<'_>, written: &DeploymentWritten, model: &ModelAsset) -> Option<Environment> {
    let at = place(written);
    match model.kind {
        ModelType::CustomModel => None,
        ModelType::MlflowModel => {
            let conda = mlflow::packages(context, model, at)?;
            monitored(context, at, &conda);
            Some(of_model(context, at, MLFLOW_IMAGE, Some(conda), None))
        }
        ModelType::TritonModel => Some(of_model(context, at, TRITON_IMAGE, None, Some(triton_routes()))),
    }
}

fn place(written: &DeploymentWritten) -> &At {
    match &written.model {
        Some(AssetWritten::Inline(model)) => &model.at,
        Some(AssetWritten::Reference(text)) => &text.at,
        None => &written.at,
    }
}

fn of_model(
    context: &Context<'_>,
    at: &At,
    written: &str,
    conda: Option<CondaFile>,
    inference_config: Option<InferenceConfig>,
) -> Environment {
    let image = context.overlay.image(written).map_or_else(|| written.to_owned(), |mapped| mapped.value);
    let packages = conda.as_ref().and_then(|file| file.path.as_ref()).and_then(|path| path.file_name());
    let made = match packages {
        Some(name) => format!("as in Azure it is the model's {} on {written}", name.to_string_lossy()),
        None => format!("a Triton image serves the model, here for {written}; Azure does not tell which it takes"),
    };
    let message = format!("no `environment` is written: {made}");
    context.findings.add(at, "", Diagnosis::note(spec::ENVIRONMENT_OF_MODEL, message));
    let source = EnvironmentSource::Image { image, written: written.to_owned(), conda };
    Environment { reference: AssetRef::OfModel, source, inference_config }
}

fn triton_routes() -> InferenceConfig {
    let route = |path: &str| Route { port: TRITON_PORT, path: path.to_owned() };
    InferenceConfig {
        liveness_route: route("/v2/health/live"),
        readiness_route: route("/v2/health/ready"),
        scoring_route: route("/"),
    }
}

/// A warning: the generated script has changed more than once, and what runs here does without the package.
fn monitored(context: &Context<'_>, at: &At, file: &CondaFile) {
    let named = |line: &String| line.to_lowercase().replace(['_', '.'], "-").starts_with("azureml-ai-monitoring");
    if file.pip.iter().any(named) {
        return;
    }
    let message =
        "Azure's scoring script for MLflow models imports azureml.ai.monitoring, which the model's packages lack";
    let found = Diagnosis::warning(spec::MONITORING_MISSING, message)
        .fact(
            "evidence",
            "seen: deployments have failed with ModuleNotFoundError since May 2026 (azureml-examples#4008, #4031)",
        )
        .remedy("log the model with extra_pip_requirements=[\"azureml-ai-monitoring\"], or add it to its conda.yaml");
    context.findings.add(at, "this model", found);
}

/// The conda file that a model names, read as any other.
pub fn conda_file(context: &Context<'_>, path: crate::written::Spanned<String>) -> Option<CondaFile> {
    conda::conda(context, &crate::written::assets::CondaWritten::Path(path))
}
