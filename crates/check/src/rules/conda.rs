//! The conda file: what Azure builds the environment from.

use crate::subject::{Subject, shown};
use diagnosis::{Diagnosis, Place, check, start};
use lifecycle::plan::{has_inference_server, local_lines};
use model::{CondaFile, CondaPackage};

/// Nobody pins these.
const TOOLS: &[&str] = &["pip", "setuptools", "wheel"];
/// The first Python that still gets security fixes: 3.10 ended in October 2026.
const OLDEST_PYTHON: u32 = 11;

pub fn conda(subject: &Subject<'_>, found: &mut Vec<Diagnosis>) {
    let Some(file) = subject.conda() else { return };
    if subject.is_served() && !has_inference_server(file) {
        let message = "the conda file has no inference server, so nothing would answer in the container";
        let remedy = "add below pip:\n      - azureml-inference-server-http";
        found.push(at(subject, file, Diagnosis::error(start::INFERENCE_SERVER_MISSING, message).remedy(remedy)));
    }
    for line in local_lines(file) {
        let message = format!("`{}` names a file that Azure's build does not have", line.trim());
        found.push(at(subject, file, Diagnosis::error(check::LOCAL_REQUIREMENT, message)));
    }
    unpinned(subject, file, found);
    python(subject, file, found);
}

/// At `dependencies:`.
fn at(subject: &Subject<'_>, file: &CondaFile, found: Diagnosis) -> Diagnosis {
    match &file.path {
        Some(path) => found.at(Place::Source { file: shown(path), line: file.line }),
        None => found.at(Place::Source { file: subject.file.yaml.shown(), line: file.line }),
    }
}

fn unpinned(subject: &Subject<'_>, file: &CondaFile, found: &mut Vec<Diagnosis>) {
    let conda =
        file.packages.iter().filter(|it| !TOOLS.contains(&it.name.as_str()) && !is_pinned(it)).map(|it| &*it.name);
    let pip = file.pip.iter().map(|it| it.trim()).filter(|line| !line.starts_with('-') && !is_pip_pinned(line));
    let names: Vec<&str> = conda.chain(pip).collect();
    if !names.is_empty() {
        let message = format!("not pinned, so a later build may get other versions: {}", names.join(", "));
        found.push(at(subject, file, Diagnosis::warning(check::PACKAGES_UNPINNED, message)));
    }
}

/// `=1.2`, `==1.2`, `1.2`, `~=1.2`; an upper or lower bound alone is none.
fn is_pinned(package: &CondaPackage) -> bool {
    let constraint = package.constraint.trim();
    let bound = constraint.starts_with(['<', '>', '!']) || matches!(constraint.trim_start_matches('='), "" | "*");
    !bound
}

fn is_pip_pinned(line: &str) -> bool {
    ["==", "~=", " @ ", "://"].iter().any(|it| line.contains(it)) || line.ends_with(".whl")
}

fn python(subject: &Subject<'_>, file: &CondaFile, found: &mut Vec<Diagnosis>) {
    let Some(package) = file.packages.iter().find(|it| it.name == "python") else { return };
    let version = package.constraint.trim_start_matches(['=', '~', ' ']);
    let mut parts = version.split('.').map(|part| part.trim_end_matches('*').parse::<u32>().ok());
    let (Some(Some(major)), Some(Some(minor))) = (parts.next(), parts.next()) else { return };
    if (major, minor) < (3, OLDEST_PYTHON) {
        let message = format!("Python {major}.{minor} gets no security fixes any more");
        found.push(at(subject, file, Diagnosis::warning(check::PYTHON_END_OF_LIFE, message)));
    }
}
