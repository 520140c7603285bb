//! The model, resolved to a path.

use super::Context;
use super::reference::Reference;
use crate::findings::By;
use crate::paths;
use crate::project_assets;
use crate::schema::assets::MODEL_SHOWN;
use crate::source::At;
use crate::written::Spanned;
use crate::written::assets::{AssetWritten, ModelWritten};
use diagnosis::{Diagnosis, spec};
use model::{AssetRef, ModelAsset, ModelType};
use sha2::{Digest, Sha256};
use std::path::Path;

/// Azure's words, for every way a model can be missing.
const MISSING: &str = "Unable to download user model";

pub fn model(context: &Context<'_>, written: Option<&AssetWritten<ModelWritten>>) -> Option<ModelAsset> {
    match written? {
        AssetWritten::Inline(inline) => from_block(context, inline, None),
        AssetWritten::Reference(text) if text.value.starts_with("azureml:") => {
            referred(context, &Reference::parse(text))
        }
        AssetWritten::Reference(_) => None,
    }
}

fn referred(context: &Context<'_>, reference: &Reference) -> Option<ModelAsset> {
    if let Some(mapped) = context.overlay.find("models", &reference.keys()) {
        reference.warn_without_version(context);
        let written = Spanned { value: mapped.text()?.to_owned(), at: mapped.at.clone() };
        let path = context.existing(&written, By::Local, spec::MODEL_NOT_FOUND, MISSING)?;
        let version = reference.version.clone().unwrap_or_else(|| "1".into());
        return Some(ModelAsset {
            reference: reference.asset.clone(),
            name: reference.name.clone(),
            version,
            kind: kind(&path),
            path,
            unpack: false,
        });
    }
    if let Some(file) = project_assets::find(context, &["path"], &reference.name, reference.version.as_deref()) {
        reference.warn_without_version(context);
        said(context, reference, &file);
        let node = project_assets::open(context, &file, &MODEL_SHOWN)?;
        return from_block(context, &ModelWritten::read(&node, node.at.clone()), Some(reference));
    }
    not_mapped(context, reference);
    None
}

/// The download makes a folder of the model's name, and what is registered lies in it.
fn not_mapped(context: &Context<'_>, reference: &Reference) {
    let command = format!("az ml model download {} --download-path model", reference.az_arguments(false));
    let folder = format!("model/{}", reference.name);
    let value = format!("\"{folder}/NAME\"   # NAME: the one file or folder in {folder}");
    reference.not_mapped(context, "a model", "models", &value, &command);
}

/// A note: which file of the project stands for the asset.
pub fn said(context: &Context<'_>, reference: &Reference, file: &Path) {
    let message = format!("`{}` is taken from {}", reference.written, paths::shown(file).display());
    context.findings.add(&reference.at, "", Diagnosis::note(spec::ASSET_FOUND, message));
}

fn from_block(context: &Context<'_>, written: &ModelWritten, by: Option<&Reference>) -> Option<ModelAsset> {
    nameless_version(context, written);
    let Some(path) = &written.path else {
        let by = if named(written) { By::Service } else { By::Loader };
        let found = Diagnosis::error(spec::MISSING_FIELD, "`path` is missing from a model");
        context.findings.add_by(by, &written.at, "`path` belongs in here", found);
        return None;
    };
    let path = if paths::is_remote(&path.value) {
        mapped(context, written, path)?
    } else {
        context.existing(path, if named(written) { By::Service } else { By::Loader }, spec::MODEL_NOT_FOUND, MISSING)?
    };
    let name = written.name.as_ref().map_or_else(|| anonymous(&path), |name| name.value.clone());
    let version = by.and_then(|it| it.version.clone()).or_else(|| Some(written.version.as_ref()?.value.clone()));
    Some(ModelAsset {
        reference: by.map_or(AssetRef::Local, |it| it.asset.clone()),
        name,
        version: version.unwrap_or_else(|| "1".into()),
        kind: written.kind.as_ref().map_or(ModelType::CustomModel, |kind| spelled(kind.value)),
        path,
        unpack: written.unpack,
    })
}

/// An empty name is none to az.
fn named(written: &ModelWritten) -> bool {
    written.name.as_ref().is_some_and(|name| !name.value.is_empty())
}

/// az: a version needs a name.
fn nameless_version(context: &Context<'_>, written: &ModelWritten) {
    if let (false, Some(version)) = (named(written), &written.version) {
        let message = "a model with `version` needs a `name`";
        context.error(&version.at, "version without name", spec::MISSING_FIELD, message);
    }
}

/// `path: azureml://...` of an inline model: the overlay may name a local copy.
fn mapped(context: &Context<'_>, written: &ModelWritten, path: &Spanned<String>) -> Option<std::path::PathBuf> {
    let key = written.name.as_ref().map(|name| match &written.version {
        Some(version) => format!("{}:{}", name.value, version.value),
        None => name.value.clone(),
    });
    let keys: Vec<String> =
        key.iter().cloned().chain(written.name.iter().map(|it| it.value.clone())).chain([path.value.clone()]).collect();
    if let Some(found) = context.overlay.find("models", &keys) {
        let local = Spanned { value: found.text()?.to_owned(), at: found.at.clone() };
        return context.existing(&local, By::Local, spec::MODEL_NOT_FOUND, MISSING);
    }
    let by = if named(written) { By::Local } else { By::Loader };
    remote(context, by, &path.at, &path.value, keys.first().unwrap_or(&path.value));
    None
}

/// az hashes the content of a model without a name, so that its path has to be local.
fn remote(context: &Context<'_>, by: By, at: &At, path: &str, key: &str) {
    let message = format!("model path `{path}` is not on this machine");
    let remedy = format!("download it and add to local-endpoint.toml:\n      [models]\n      \"{key}\" = \"model/\"");
    let found = Diagnosis::error(spec::ASSET_NOT_MAPPED, message).remedy(remedy);
    context.findings.add_by(by, at, "not a local path", found);
}

fn spelled(kind: &str) -> ModelType {
    match kind {
        "mlflow_model" => ModelType::MlflowModel,
        "triton_model" => ModelType::TritonModel,
        _ => ModelType::CustomModel,
    }
}

/// A registered model's type is not in the reference; an `MLmodel` file tells.
fn kind(path: &Path) -> ModelType {
    if super::mlflow::is_model(path) {
        ModelType::MlflowModel
    } else if is_triton(path) {
        ModelType::TritonModel
    } else {
        ModelType::CustomModel
    }
}

/// A model repository: `<model>/<version>/...`, or `<model>/config.pbtxt`.
fn is_triton(path: &Path) -> bool {
    let folders = |path: &Path| {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path());
        entries.filter(|entry| entry.is_dir()).collect::<Vec<_>>()
    };
    let numbered = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().parse::<u32>().is_ok());
    let is_served = |model: &std::path::PathBuf| {
        model.join("config.pbtxt").is_file()
            || folders(model).iter().any(|version| numbered(version) && holds_a_model(version))
    };
    folders(path).iter().any(is_served)
}

/// `model.onnx`, `model.plan`, `model.pt`: Triton's own names.
fn holds_a_model(version: &Path) -> bool {
    let entries = std::fs::read_dir(version).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with("model."))
}

/// The name of an inline model: az hashes the content; a gigabyte must start at once, so here it is the path.
fn anonymous(path: &Path) -> String {
    let hash = Sha256::digest(path.as_os_str().as_encoded_bytes());
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
