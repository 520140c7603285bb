//! The unpacked models that stay in the cache for the next start.

use crate::storage::files::files_below;
use engine::{EngineError, FileLock, KeptEnvironment};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// All that are complete; one that an instance may still be started with is in use.
///
/// # Errors
/// Its lock cannot be looked at.
pub fn kept_models(cache: &Path) -> Result<Vec<KeptEnvironment>, EngineError> {
    let entries = fs::read_dir(cache.join("models")).into_iter().flatten().flatten();
    let complete = entries.map(|entry| entry.path()).filter(|folder| folder.join("content").is_dir());
    let kept = complete.filter(|folder| folder.extension().is_none()).map(|folder| {
        let about = fs::metadata(&folder).and_then(|about| about.modified()).ok();
        let made = about.and_then(|time| i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok());
        Ok(KeptEnvironment {
            name: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            bytes: files_below(&folder).filter_map(|file| Some(file.symlink_metadata().ok()?.len())).sum(),
            pulled: false,
            made,
            in_use: FileLock::free(&lock_of(&folder))?.is_none(),
        })
    });
    let mut kept = kept.collect::<Result<Vec<_>, EngineError>>()?;
    kept.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(kept)
}

/// One that is used stays.
///
/// # Errors
/// It is in use, or cannot be removed.
pub fn discard_model(cache: &Path, name: &str) -> Result<(), EngineError> {
    let folder = cache.join("models").join(name);
    let Some(_alone) = FileLock::free(&lock_of(&folder))? else {
        return Err(EngineError::Other(format!("the unpacked model {name} is in use")));
    };
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(EngineError::Other(format!("{}: {error}", folder.display())))
        }
        _ => Ok(()),
    }
}

/// Held by who makes it, shared by who uses it.
pub fn lock_of(folder: &Path) -> PathBuf {
    folder.with_extension("lock")
}
