//! An MLflow model's folder: what its `MLmodel` says of its packages.

use super::Context;
use super::no_code::conda_file;
use crate::discover::parse;
use crate::files::unreadable;
use crate::paths;
use crate::source::At;
use crate::tree::Node;
use crate::written::Spanned;
use diagnosis::{Diagnosis, spec};
use model::{CondaFile, CondaPackage, ModelAsset};
use serde_json::json;
use std::path::Path;

/// Whether this folder is one that mlflow has saved.
pub fn is_model(folder: &Path) -> bool {
    folder.join("MLmodel").is_file()
}

/// The packages the model was logged with: its conda file, else its requirements. `None`: reported.
pub fn packages(context: &Context<'_>, model: &ModelAsset, at: &At) -> Option<CondaFile> {
    if !is_model(&model.path) {
        let message = format!("`{}` is no MLflow model: it has no `MLmodel`", paths::shown(&model.path).display());
        let found = Diagnosis::error(spec::MLFLOW_MODEL_INVALID, message);
        let found =
            found.remedy("write the folder that mlflow.<flavor>.save_model wrote, which holds the file MLmodel");
        context.refused(at, "no MLflow model", found);
        return None;
    }
    let root = open(context, &model.path.join("MLmodel"))?;
    let Some(python) = root.get("flavors").and_then(|flavors| flavors.get("python_function")) else {
        no_function(context, &root);
        return None;
    };
    match conda_of(python).filter(|file| model.path.join(&file.value).is_file()) {
        Some(file) => conda_file(context, file),
        None => requirements(context, &model.path, python),
    }
}

fn open(context: &Context<'_>, path: &Path) -> Option<Node> {
    let source = match context.files.open(&paths::shown(path)) {
        Ok(source) => source,
        Err(reason) => {
            context.findings.add_general(unreadable(path, &reason));
            return None;
        }
    };
    match parse(&source) {
        Ok(document) => Some(document.root),
        // az's loader does not look into the model; what serves it does.
        Err(fault) => {
            let message = format!("{}: not YAML", fault.at.source.shown());
            let found = Diagnosis::error(spec::MLFLOW_MODEL_INVALID, message);
            let remedy = "log the model again; the file is mlflow's own";
            context.refused(&fault.at, fault.message, found.remedy(remedy));
            None
        }
    }
}

/// `env: conda.yaml` until mlflow 1.30, `env: {conda: conda.yaml, virtualenv: python_env.yaml}` since.
fn conda_of(python: &Node) -> Option<Spanned<String>> {
    let env = python.get("env")?;
    let file = env.get("conda").unwrap_or(env);
    Some(Spanned { value: file.text()?.to_owned(), at: file.at.clone() })
}

fn no_function(context: &Context<'_>, root: &Node) {
    let message = "the MLflow model has no `python_function` flavor, so nothing can load it to score";
    let found = Diagnosis::error(spec::MLFLOW_MODEL_INVALID, message)
        .fact("evidence", "documented: how-to-deploy-mlflow-models-online-endpoints, only the pyfunc flavor")
        .remedy("log it with a flavor that brings pyfunc, or write `code_configuration` and `environment`");
    context.refused(&root.at, "no `python_function` below `flavors`", found);
}

fn requirements(context: &Context<'_>, folder: &Path, python: &Node) -> Option<CondaFile> {
    let path = folder.join("requirements.txt");
    let Ok(text) = std::fs::read_to_string(&path) else {
        let found = Diagnosis::error(
            spec::MLFLOW_MODEL_INVALID,
            "the MLflow model has neither conda.yaml nor requirements.txt: nothing says which packages it needs",
        );
        let remedy = "log it again, or copy the file back into the folder of the model";
        context.refused(&python.at, "of this model", found.remedy(remedy));
        return None;
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let pip: Vec<String> = lines.map(str::to_owned).collect();
    let version = python.get("python_version").map(|node| node.value.python());
    let package = |version: String| CondaPackage { name: "python".into(), constraint: format!("={version}") };
    let packages: Vec<_> = version.map(package).into_iter().collect();
    let mut dependencies: Vec<_> = packages.iter().map(|it| json!(format!("{}{}", it.name, it.constraint))).collect();
    dependencies.extend([json!("pip"), json!({ "pip": pip })]);
    let document = json!({ "dependencies": dependencies });
    Some(CondaFile { path: Some(path), line: 1, channels: vec![], packages, pip, document })
}
