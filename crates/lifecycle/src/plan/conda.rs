//! A conda file as pip requirements, for a base without conda, and what of it is lost on the way.

use model::{CondaFile, CondaPackage};

const SERVER_PACKAGES: &[&str] = &["azureml-inference-server-http", "azureml-defaults"];

/// Conda names that mean something else, or nothing, to pip. Empty: there is no pip package of it.
const RENAMED: &[(&str, &str)] = &[
    ("pytorch", "torch"),
    ("pytorch-cpu", "torch"),
    ("tensorflow-gpu", "tensorflow"),
    ("py-xgboost", "xgboost"),
    ("msgpack-python", "msgpack"),
    ("matplotlib-base", "matplotlib"),
    ("opencv", "opencv-python-headless"),
    ("pytables", "tables"),
    ("pip", ""),
    ("setuptools", ""),
    ("wheel", ""),
    ("cudatoolkit", ""),
    ("cudnn", ""),
    ("mkl", ""),
    ("openblas", ""),
    ("libgcc", ""),
    ("libgcc-ng", ""),
    ("libstdcxx-ng", ""),
    ("libgomp", ""),
    ("openssl", ""),
    ("ca-certificates", ""),
    ("gcc", ""),
    ("gxx", ""),
    ("compilers", ""),
    ("nomkl", ""),
];

/// Tools whose absence changes nothing for a scoring script, so nobody need hear of it.
const SILENT: &[&str] = &["pip", "setuptools", "wheel"];

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Translation {
    /// In file order: conda packages, then the pip list.
    pub requirements: Vec<String>,
    /// `3.11` of `python=3.11`.
    pub python: Option<String>,
    /// Package names that pip cannot bring.
    pub lost: Vec<String>,
}

pub fn translate(file: &CondaFile) -> Translation {
    let mut translation = Translation::default();
    for package in &file.packages {
        take(package, &mut translation);
    }
    translation.requirements.extend(file.pip.iter().cloned());
    translation
}

/// Whether the file brings the server that runs the scoring script.
pub fn has_inference_server(file: &CondaFile) -> bool {
    let names = file.packages.iter().map(|package| package.name.clone());
    names
        .chain(file.pip.iter().map(|requirement| distribution(requirement)))
        .any(|name| SERVER_PACKAGES.contains(&name.as_str()))
}

/// `Azureml_Inference-server-http[x]>=1` -> `azureml-inference-server-http`.
fn distribution(requirement: &str) -> String {
    let end =
        requirement.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(requirement.len());
    requirement[..end].to_lowercase().replace(['_', '.'], "-")
}

fn take(package: &CondaPackage, translation: &mut Translation) {
    if package.name == "python" {
        translation.python = python_version(&package.constraint);
        return;
    }
    let renamed = RENAMED.iter().find(|(conda, _)| *conda == package.name).map(|(_, pip)| *pip);
    match renamed.unwrap_or(&package.name) {
        "" if SILENT.contains(&package.name.as_str()) => {}
        "" => translation.lost.push(package.name.clone()),
        name => translation.requirements.push(format!("{name}{}", constraint(&package.constraint))),
    }
}

/// `=3.11`, `==3.11.4`, `>=3.10,<3.12` -> the first version named, two parts of it.
fn python_version(constraint: &str) -> Option<String> {
    let digits = constraint.trim_start_matches(|c: char| !c.is_ascii_digit());
    let mut parts = digits.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    Some(format!("{}.{}", parts.next()?, parts.next()?))
}

/// Conda's `=1.2` is a prefix, `1.2` alone and `==1.2` are exact; a build string has no meaning for pip.
fn constraint(written: &str) -> String {
    let written = written.trim();
    let alternatives = written.split('|').next().unwrap_or_default();
    alternatives.split(',').map(one_constraint).filter(|one| !one.is_empty()).collect::<Vec<_>>().join(",")
}

fn one_constraint(written: &str) -> String {
    let written = written.trim();
    if written.is_empty() || written == "*" || written == "=*" {
        return String::new();
    }
    if let Some(exact) = written.strip_prefix("==") {
        return format!("=={}", without_build(exact));
    }
    if let Some(prefix) = written.strip_prefix('=') {
        return fuzzy(prefix);
    }
    if written.starts_with(|c: char| c.is_ascii_digit()) { format!("=={written}") } else { written.to_owned() }
}

/// `=1.2` -> `==1.2.*`, `=1.2.*` -> `==1.2.*`, `=1.2=py311_0` -> `==1.2`.
fn fuzzy(version: &str) -> String {
    match version.split_once('=') {
        Some((version, _build)) => format!("=={version}"),
        None if version.ends_with('*') => format!("=={version}"),
        None => format!("=={version}.*"),
    }
}

fn without_build(version: &str) -> &str {
    version.split('=').next().unwrap_or(version)
}
