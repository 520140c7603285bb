//! What is said when a folder or a file is not what was hoped for.

use crate::classify::guess;
use crate::paths;
use crate::tree::build::Document;
use diagnosis::{Diagnosis, spec};
use std::path::{Path, PathBuf};

pub fn missing(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".into(),
        _ => error.to_string(),
    }
}

/// A file that was named and is not ours.
pub fn stranger(path: &Path, document: &Document) -> Diagnosis {
    let message = format!("{} is neither an endpoint nor a deployment", paths::shown(path).display());
    Diagnosis::error(spec::NOTHING_TO_DEPLOY, message).fact("found", guess(&document.root))
}

/// Nothing is ours.
pub fn nothing(folder: &Path, others: &[PathBuf]) -> Diagnosis {
    let message = format!("no endpoint and no deployment in {}", named(folder));
    let found = match others {
        [] => "no *.yml and no *.yaml file in the folder itself (folders below are not searched)".into(),
        others => format!("{}: neither an endpoint nor a deployment", names(others)),
    };
    let found = Diagnosis::error(spec::NOTHING_TO_DEPLOY, message).fact("found", found);
    found.fact("looked for", "*.yml and *.yaml with `endpoint_name`, `code_configuration` or `instance_type` (a deployment), or with an endpoint's keys only")
}

/// File names for a message.
pub fn names(paths: &[PathBuf]) -> String {
    let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    paths.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// This folder itself has no name to show.
fn named(folder: &Path) -> String {
    let shown = paths::shown(folder);
    if shown.as_os_str().is_empty() { "this folder".to_owned() } else { shown.display().to_string() }
}
