//! The environment, resolved to something that can be run.

use super::Context;
use super::model::said;
use super::reference::Reference;
use super::{curated, image, limits, mlflow, no_code};
use crate::findings::By;
use crate::project_assets;
use crate::schema::Block;
use crate::schema::assets::{ENVIRONMENT, ENVIRONMENT_SHOWN};
use crate::tree::Node;
use crate::written::Spanned;
use crate::written::assets::{AssetWritten, CondaWritten, EnvironmentWritten};
use crate::written::deployment::DeploymentWritten;
use diagnosis::{Diagnosis, spec};
use model::{AssetRef, Environment, EnvironmentSource, ModelAsset, ModelType};

pub fn environment(
    context: &Context<'_>,
    deployment: &DeploymentWritten,
    model: Option<&ModelAsset>,
) -> Option<Environment> {
    let Some(written) = &deployment.environment else {
        return absent(context, deployment, model);
    };
    match written {
        AssetWritten::Inline(inline) => image::environment(context, inline, AssetRef::Local),
        AssetWritten::Reference(text) => match text.value.strip_prefix("file:") {
            Some(path) => {
                let path = Spanned { value: path.to_owned(), at: text.at.clone() };
                from_file(context, &path, &ENVIRONMENT, AssetRef::Local)
            }
            None if text.value.starts_with("azureml:") => {
                limits::registry(context, &text.value, &text.at, deployment.kubernetes);
                referred(context, &Reference::parse(text))
            }
            None => None,
        },
    }
}

/// The loader takes a deployment without an environment; the service does not, but for MLflow and Triton models.
fn absent(context: &Context<'_>, deployment: &DeploymentWritten, model: Option<&ModelAsset>) -> Option<Environment> {
    match model.filter(|model| model.kind != ModelType::CustomModel) {
        Some(model) if deployment.code.is_none() => no_code::environment(context, deployment, model),
        _ if no_code_meant(deployment, model) => None,
        _ => {
            missing(context, deployment, model);
            None
        }
    }
}

/// A model that was meant to come without code and is not there, which has been reported.
fn no_code_meant(deployment: &DeploymentWritten, model: Option<&ModelAsset>) -> bool {
    let kind = match &deployment.model {
        Some(AssetWritten::Inline(model)) => model.kind.as_ref().is_some_and(|kind| kind.value != "custom_model"),
        Some(AssetWritten::Reference(_)) => true,
        None => false,
    };
    kind && model.is_none() && deployment.code.is_none()
}

fn missing(context: &Context<'_>, deployment: &DeploymentWritten, model: Option<&ModelAsset>) {
    let found = Diagnosis::error(spec::MISSING_FIELD, "`environment` is missing from the deployment")
        .fact("evidence", "az loads it, the service refuses it");
    let found = if model.is_some_and(|model| deployment.code.is_none() && mlflow::is_model(&model.path)) {
        found.remedy("the model is one that mlflow has saved: write `type: mlflow_model` below `model`")
    } else {
        found.remedy("write:\n      environment:\n        image: IMAGE\n        conda_file: conda.yml")
    };
    context.refused(&deployment.at, "`environment` belongs in here", found);
}

fn from_file(
    context: &Context<'_>,
    path: &Spanned<String>,
    block: &'static Block,
    reference: AssetRef,
) -> Option<Environment> {
    let file = context.existing(path, By::Loader, spec::PATH_NOT_FOUND, "the environment file is missing")?;
    let node = project_assets::open(context, &file, block)?;
    image::environment(context, &EnvironmentWritten::read(&node, node.at.clone()), reference)
}

fn referred(context: &Context<'_>, reference: &Reference) -> Option<Environment> {
    if let Some(node) = context.overlay.find("environments", &reference.keys()) {
        reference.warn_without_version(context);
        return mapped(context, node, reference.asset.clone());
    }
    let found = project_assets::find(context, &["image", "build"], &reference.name, reference.version.as_deref());
    if let Some(file) = found {
        reference.warn_without_version(context);
        said(context, reference, &file);
        let node = project_assets::open(context, &file, &ENVIRONMENT_SHOWN)?;
        return image::environment(context, &EnvironmentWritten::read(&node, node.at.clone()), reference.asset.clone());
    }
    if let Some(image) = curated::image(reference) {
        reference.warn_without_version(context);
        let message = format!("`{}` is the public image {image}", reference.written);
        context.findings.add(&reference.at, "", Diagnosis::note(spec::ASSET_FOUND, message));
        let image = Spanned { value: image, at: reference.at.clone() };
        return image::of_image(context, &image, None, reference.asset.clone());
    }
    let command = format!("az ml environment show {} -o yaml > environment.yml", reference.az_arguments(true));
    reference.not_mapped(context, "an environment", "environments", "\"environment.yml\"", &command);
    Some(unknown(reference))
}

/// What is left to look at when nobody knows the environment: `load` has failed by then, `survey` goes on.
fn unknown(reference: &Reference) -> Environment {
    let written = reference.written.clone();
    let source = EnvironmentSource::Image { image: written.clone(), written, conda: None };
    Environment { reference: reference.asset.clone(), source, inference_config: None }
}

/// The overlay's value: a path of an environment's YAML, an image, or a table of image and conda file.
fn mapped(context: &Context<'_>, node: &Node, reference: AssetRef) -> Option<Environment> {
    let spanned = |node: &Node| Some(Spanned { value: node.text()?.to_owned(), at: node.at.clone() });
    if node.is_map() {
        let conda = node.get("conda_file").and_then(spanned).map(CondaWritten::Path);
        return image::of_image(context, &spanned(node.get("image")?)?, conda.as_ref(), reference);
    }
    let value = spanned(node)?;
    if value.value.ends_with(".yml") || value.value.ends_with(".yaml") {
        return from_file(context, &value, &ENVIRONMENT_SHOWN, reference);
    }
    image::of_image(context, &value, None, reference)
}
