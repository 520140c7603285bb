//! The script that starts the inference server on loopback, put where a process can run it.

use std::io::{Error, Write};
use std::path::{Path, PathBuf};

const SCRIPT: &str = include_str!("serve.py");

/// Its path below the cache; written when it is not there, and never half visible.
pub fn place(cache: &Path) -> Result<PathBuf, Error> {
    let folder = cache.join("launcher");
    let path = folder.join(concat!("serve-", env!("CARGO_PKG_VERSION"), ".py"));
    if std::fs::read_to_string(&path).is_ok_and(|found| found == SCRIPT) {
        return Ok(path);
    }
    std::fs::create_dir_all(&folder)?;
    let mut file = tempfile::NamedTempFile::new_in(&folder)?;
    file.write_all(SCRIPT.as_bytes())?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(path)
}
