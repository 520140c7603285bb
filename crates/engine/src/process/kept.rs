//! The virtual environments that were made here.

use super::ProcessEngine;
use super::environment::is_complete;
use crate::lock::FileLock;
use crate::{EngineError, KeptEnvironment, Labels};
use std::path::Path;
use std::time::UNIX_EPOCH;

impl ProcessEngine {
    /// Also those that were left half made.
    pub(super) fn kept_environments(&self) -> Result<Vec<KeptEnvironment>, EngineError> {
        let folder = &self.environments.folder;
        let used: Vec<_> = self
            .ledger
            .with(&Labels::default())?
            .into_iter()
            .filter(|it| !it.is_left_behind())
            .map(|it| it.environment)
            .collect();
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut kept: Vec<_> = entries
            .filter(|path| path.is_dir())
            .map(|path| KeptEnvironment {
                name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                bytes: bytes(&path),
                pulled: false,
                made: made(&path),
                in_use: used.iter().flatten().any(|used| *used == path),
            })
            .collect();
        kept.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(kept)
    }

    /// Under the lock of who would make it; one that is used stays.
    pub(super) async fn discard_environment(&self, name: &str) -> Result<(), EngineError> {
        let Some(kept) = self.kept_environments()?.into_iter().find(|it| it.name == name) else { return Ok(()) };
        if kept.in_use {
            return Err(EngineError::Other(format!("an instance stands on {name}")));
        }
        let folder = self.environments.folder.join(name);
        let _lock = FileLock::of(&folder.with_extension("lock"), &|_| ()).await?;
        super::environment::discard(&folder)
    }
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
