//! What a killed process left that is no instance.

use super::DockerEngine;
use super::facts::discard_left_behind;
use crate::{EngineError, FileLock};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

impl DockerEngine {
    pub(super) async fn tidy_up(&self, network: Option<&str>) -> Result<(), EngineError> {
        discard_left_behind(self).await?;
        discard_secrets(&self.cache)?;
        match network {
            Some(network) => self.leave(network).await,
            None => Ok(()),
        }
    }
}

/// Files for a build, in a folder of this user alone. It goes with this, or is found below the cache.
#[derive(Debug)]
pub struct Secrets {
    folder: TempDir,
    _used: Option<FileLock>,
}

impl Secrets {
    pub async fn of(cache: &Path, files: &[(&str, &[u8])]) -> Result<Self, EngineError> {
        let all = below(cache);
        // Who tidies up must not see it before it is locked.
        let _alone = FileLock::of(&lock_of(&all), &|_| ()).await?;
        let folder = TempDir::new_in(&all).map_err(|error| failed(&all, &error))?;
        let write = |(id, content): &(&str, &[u8])| fs::write(folder.path().join(id), content);
        files.iter().try_for_each(write).map_err(|error| failed(folder.path(), &error))?;
        Ok(Self { _used: FileLock::free(&lock_of(folder.path()))?, folder })
    }

    pub fn path(&self, id: &str) -> PathBuf {
        self.folder.path().join(id)
    }
}

fn discard_secrets(cache: &Path) -> Result<(), EngineError> {
    let all = below(cache);
    if !all.is_dir() {
        return Ok(());
    }
    let Some(_alone) = FileLock::free(&lock_of(&all))? else { return Ok(()) };
    let folders = fs::read_dir(&all).into_iter().flatten().flatten().map(|entry| entry.path());
    for folder in folders.filter(|path| path.is_dir()) {
        if FileLock::free(&lock_of(&folder))?.is_some() {
            fs::remove_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
        }
    }
    Ok(())
}

fn below(cache: &Path) -> PathBuf {
    cache.join("secrets")
}

fn lock_of(folder: &Path) -> PathBuf {
    folder.join("lock")
}

fn failed(path: &Path, error: &io::Error) -> EngineError {
    EngineError::Other(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a process that was killed leaves them: without their lock.
    #[tokio::test]
    async fn secrets_that_nobody_uses_are_discarded() {
        let cache = tempfile::tempdir().unwrap();
        let mut left = Secrets::of(cache.path(), &[("pip.conf", b"secret")]).await.unwrap();
        left._used = None;
        let used = Secrets::of(cache.path(), &[("pip.conf", b"other")]).await.unwrap();
        discard_secrets(cache.path()).unwrap();
        assert_eq!(
            (left.path("pip.conf").exists(), fs::read(used.path("pip.conf")).unwrap()),
            (false, b"other".into())
        );
    }
}
