//! One maker at a time, also across processes.

use crate::{EngineError, Report};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::Duration;

/// How often a taken lock is asked for again. Asked for, not waited for, so that the wait can be given up at any time.
const AGAIN: Duration = Duration::from_millis(50);

/// Held until dropped; the system takes it back when the process dies.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

impl FileLock {
    /// Waits for the lock of this file, saying once why it takes time.
    pub async fn of(path: &Path, report: Report<'_>) -> Result<Self, EngineError> {
        Self::by(path, report, File::try_lock).await
    }

    /// The same for as many as ask for a part in it: nobody has it alone then.
    pub async fn shared(path: &Path) -> Result<Self, EngineError> {
        Self::by(path, &|_| (), File::try_lock_shared).await
    }

    /// `None`: somebody has it, or a part in it.
    pub fn free(path: &Path) -> Result<Option<Self>, EngineError> {
        let file = open(path).map_err(|error| failed(path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed(path, &error)),
        }
    }

    async fn by(
        path: &Path,
        report: Report<'_>,
        lock: fn(&File) -> Result<(), TryLockError>,
    ) -> Result<Self, EngineError> {
        let file = open(path).map_err(|error| failed(path, &error))?;
        let mut said = false;
        loop {
            match lock(&file) {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if said => {}
                Err(TryLockError::WouldBlock) => report("another process is making it: waiting for it".into()),
                Err(TryLockError::Error(error)) => return Err(failed(path, &error)),
            }
            said = true;
            tokio::time::sleep(AGAIN).await;
        }
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    OpenOptions::new().create(true).truncate(false).write(true).open(path)
}

fn failed(path: &Path, error: &std::io::Error) -> EngineError {
    EngineError::Other(format!("{} cannot be locked: {error}", path.display()))
}
