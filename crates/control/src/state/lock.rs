//! One emulator per project: a lock the system gives back when its holder dies.

use crate::home::unwritable;
use diagnosis::Diagnosis;
use std::fs::{File, TryLockError};
use std::path::Path;

/// Held while this value lives. Never inherited by child processes.
#[derive(Debug)]
pub struct ProjectLock {
    _file: File,
}

impl ProjectLock {
    pub(super) fn acquire(path: &Path) -> Result<Option<Self>, Diagnosis> {
        loop {
            let file = open(path)?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(unwritable(path, &error)),
                // `forget` may have removed the file between the two steps: then this locks a file nobody sees.
                Ok(()) if stands(&file, path) => return Ok(Some(Self { _file: file })),
                Ok(()) => {}
            }
        }
    }

    /// Waits its turn: for the short sections that all projects share.
    pub(super) fn wait(path: &Path) -> Result<Self, Diagnosis> {
        let file = open(path)?;
        file.lock().map_err(|error| unwritable(path, &error))?;
        Ok(Self { _file: file })
    }
}

fn open(path: &Path) -> Result<File, Diagnosis> {
    if let Some(folder) = path.parent() {
        crate::home::create_private(folder)?;
    }
    let opened = File::options().create(true).truncate(false).write(true).open(path);
    opened.map_err(|error| unwritable(path, &error))
}

#[cfg(unix)]
fn stands(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
    let (locked, standing) = (file.metadata().map(identity), path.metadata().map(identity));
    matches!((locked, standing), (Ok(locked), Ok(standing)) if locked == standing)
}

/// Windows keeps a file in place while it is open.
#[cfg(not(unix))]
fn stands(_: &File, _: &Path) -> bool {
    true
}
