//! Versioned JSON files: whole or not at all, for their owner alone, never over a newer version's.

use crate::home::unwritable;
use diagnosis::{Diagnosis, local};
use model::SCHEMA_VERSION;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// `None` when there is no such file.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Diagnosis> {
    let Some(value) = value(path)? else { return Ok(None) };
    known(path, &value)?;
    serde_json::from_value(value).map(Some).map_err(|error| unreadable(path, &error))
}

/// Replaces the file in one step.
pub fn write(path: &Path, document: &impl Serialize) -> Result<(), Diagnosis> {
    if let Ok(Some(standing)) = value(path) {
        known(path, &standing)?;
    }
    let mut text = serde_json::to_vec_pretty(document).map_err(|error| unreadable(path, &error))?;
    text.push(b'\n');
    replace(path, &text)
}

/// Text that no version looks into: the token.
pub fn replace(path: &Path, text: &[u8]) -> Result<(), Diagnosis> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // A temporary file is 0600 from its first moment on.
    let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(text)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)
    });
    written.map(drop).map_err(|error| unwritable(path, &error))
}

/// `None` when there is no such file.
pub fn text(path: &Path) -> Result<Option<String>, Diagnosis> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn value(path: &Path) -> Result<Option<Value>, Diagnosis> {
    let Some(text) = text(path)? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|error| unreadable(path, &error))
}

fn known(path: &Path, value: &Value) -> Result<(), Diagnosis> {
    match value["schema_version"].as_u64() {
        Some(version) if version <= u64::from(SCHEMA_VERSION) => Ok(()),
        Some(version) => Err(newer(path, value, version)),
        None => Err(unreadable(path, &"it has no schema_version")),
    }
}

fn newer(path: &Path, value: &Value, schema: u64) -> Diagnosis {
    let message = format!("{} was written by a newer local-endpoint and is left as it is", path.display());
    let told = Diagnosis::error(local::STATE_NEWER, message)
        .fact("its schema", schema.to_string())
        .fact("ours", SCHEMA_VERSION.to_string());
    match (value["project"].as_str(), value["executable"].as_str()) {
        (Some(project), Some(executable)) => told.remedy(super::folder::down_line(project, executable)),
        _ => told,
    }
}

fn unreadable(path: &Path, error: &impl std::fmt::Display) -> Diagnosis {
    Diagnosis::error(local::STATE_UNREADABLE, format!("{} cannot be read: {error}", path.display()))
}
