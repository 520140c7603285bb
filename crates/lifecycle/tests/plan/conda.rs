//! Conda's words in pip's.

use crate::deployment::{conda, with_conda};
use crate::fixture::{equal, rows};
use diagnosis::{Style, print};
use engine::EngineKind;
use lifecycle::plan::{environment, has_inference_server, translate};
use model::RunOptions;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackageRow {
    package: String,
    #[serde(default)]
    constraint: String,
    /// The requirement; absent: none.
    expected: Option<String>,
    /// What is said of it; absent: nothing.
    note: Option<String>,
}

/// The note without what every conda file is told.
fn note(package: &str, constraint: &str) -> Option<String> {
    let deployment = with_conda(conda(&[(package, constraint)], &["azureml-inference-server-http"]));
    let notes = environment(&deployment, EngineKind::Process, &RunOptions::default()).unwrap().notes;
    let [note] = notes.as_slice() else { return Some(format!("{} notes", notes.len())) };
    let (_, parts) = note.message.split_once("installed by pip, from PyPI").unwrap();
    parts.strip_prefix("; ").map(str::to_owned)
}

#[test]
fn packages() {
    rows("conda.toml", |row: PackageRow| {
        let found = translate(&conda(&[(&row.package, &row.constraint)], &[])).requirements;
        equal(found, row.expected.into_iter().collect())?;
        equal(note(&row.package, &row.constraint), row.note)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PythonRow {
    constraint: String,
    expected: Option<String>,
}

#[test]
fn python_versions() {
    rows("conda-python.toml", |row: PythonRow| {
        equal(translate(&conda(&[("python", &row.constraint)], &[])).python, row.expected)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServerRow {
    #[serde(default)]
    package: Option<String>,
    #[serde(default)]
    pip: Vec<String>,
    expected: bool,
}

#[test]
fn the_inference_server_is_recognised() {
    rows("conda-server.toml", |row: ServerRow| {
        let packages: Vec<_> = row.package.iter().map(|name| (name.as_str(), "")).collect();
        let pip: Vec<_> = row.pip.iter().map(String::as_str).collect();
        equal(has_inference_server(&conda(&packages, &pip)), row.expected)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PipRow {
    line: String,
    /// What the refusal says; absent: it is passed on as it is.
    refused: Option<String>,
}

/// The pip list goes to pip as it is, in its order, but Azure builds from the conda file alone.
#[test]
fn lines_of_the_pip_list() {
    rows("conda-pip.toml", |row: PipRow| {
        let file = conda(&[("numpy", "=2")], &[&row.line, "azureml-defaults"]);
        let expected = ["numpy==2.*", &row.line, "azureml-defaults"].map(str::to_owned).to_vec();
        for kind in [EngineKind::Docker, EngineKind::Process] {
            let planned = environment(&with_conda(file.clone()), kind, &RunOptions::default());
            let message = planned.err().map(|refusal| print(&refusal, Style::Plain).lines().next().unwrap().to_owned());
            equal(message, row.refused.clone())?;
        }
        equal(translate(&file).requirements, expected)
    });
}
