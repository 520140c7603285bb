//! The virtual environments that were made here.

use super::ProcessEngine;
use super::environment::is_complete;
use crate::lock::FileLock;
use crate::{EngineError, KeptEnvironment, Labels};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

impl ProcessEngine {
    /// Also those that were left half made; one that is just being made is in use.
    pub(super) fn kept_environments(&self) -> Result<Vec<KeptEnvironment>, EngineError> {
        let used = self.used_environments()?;
        let entries = std::fs::read_dir(&self.environments.folder).into_iter().flatten().flatten();
        let kept = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).map(|path| {
            Ok(KeptEnvironment {
                name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                bytes: bytes(&path),
                pulled: false,
                made: made(&path),
                in_use: used.contains(&path) || FileLock::free(&lock_of(&path))?.is_none(),
            })
        });
        let mut kept = kept.collect::<Result<Vec<_>, EngineError>>()?;
        kept.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(kept)
    }

    /// The folders that instances stand on.
    fn used_environments(&self) -> Result<Vec<PathBuf>, EngineError> {
        let records = self.ledger.with(&Labels::default())?;
        Ok(records.into_iter().filter(|it| !it.is_left_behind()).filter_map(|it| it.environment).collect())
    }

    /// One that is used stays, also where its first instance has come since it was listed.
    pub(super) fn discard_environment(&self, name: &str) -> Result<(), EngineError> {
        let folder = self.environments.folder.join(name);
        if !folder.is_dir() {
            return Ok(());
        }
        let Some(_alone) = FileLock::free(&lock_of(&folder))? else {
            return Err(EngineError::Other(format!("{name} is just being made")));
        };
        if self.used_environments()?.contains(&folder) {
            return Err(EngineError::Other(format!("an instance stands on {name}")));
        }
        super::environment::discard(&folder)
    }
}

/// Of who makes it.
fn lock_of(folder: &Path) -> PathBuf {
    folder.with_extension("lock")
}

fn made(folder: &Path) -> Option<i64> {
    let marker = if is_complete(folder) { folder.join(super::environment::COMPLETE) } else { folder.to_owned() };
    let time = std::fs::metadata(marker).ok()?.modified().ok()?;
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// Of all files below it; links count for themselves.
fn bytes(path: &Path) -> u64 {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let of = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(found) if found.is_dir() => bytes(&entry.path()),
        Ok(found) => found.len(),
        Err(_) => 0,
    };
    entries.map(of).sum()
}
