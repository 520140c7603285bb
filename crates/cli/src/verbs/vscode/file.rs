//! A file that is read, merged, and replaced where that changes it.

use super::merge::Merged;
use diagnosis::{Diagnosis, local};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// As it was, and as it will be.
#[derive(Debug)]
pub struct File {
    path: PathBuf,
    before: Option<String>,
    merged: Merged,
}

impl File {
    pub fn with(
        path: &Path,
        merge: impl FnOnce(&Path, Option<&str>) -> Result<Merged, Diagnosis>,
    ) -> Result<Self, Diagnosis> {
        let before = match std::fs::read_to_string(path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(unreadable(path, &error)),
        };
        let merged = merge(path, before.as_deref())?;
        Ok(Self { path: path.to_owned(), before, merged })
    }

    /// Whole or not at all; a link stays one.
    pub fn write(&self) -> Result<(), Diagnosis> {
        if self.before.as_deref() == Some(&self.merged.text) {
            return Ok(());
        }
        let text = self.merged.text.as_bytes();
        let written = match self.path.canonicalize() {
            Ok(target) => replace(&target, text),
            Err(_) => create(&self.path, text),
        };
        written.map_err(|error| unwritable(&self.path, &error))
    }

    pub fn told(&self) -> String {
        let Merged { added, mended, .. } = &self.merged;
        let part = |what: &str, names: &[String]| format!("{what} {}", names.join(", "));
        let parts = [("added", added), ("corrected", mended)].into_iter().filter(|(_, names)| !names.is_empty());
        let parts: Vec<_> = parts.map(|(what, names)| part(what, names)).collect();
        let told = if parts.is_empty() { "nothing to change".to_owned() } else { parts.join("; ") };
        format!("{}: {told}", self.path.display())
    }
}

fn create(path: &Path, text: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder(path))?;
    std::fs::write(path, text)
}

fn replace(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder(path))?;
    file.write_all(text)?;
    file.as_file().set_permissions(path.metadata()?.permissions())?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnosis {
    Diagnosis::error(local::EDITOR_FILE_INVALID, format!("{} cannot be read: {error}", path.display()))
}

pub fn unwritable(path: &Path, error: &std::io::Error) -> Diagnosis {
    Diagnosis::error(local::EDITOR_FILE_UNWRITABLE, format!("{} cannot be written: {error}", path.display()))
}
