//! The private root: container paths, below a folder of the instance alone.

use super::scratch;
use crate::{Access, EngineError, Launch, Mount, MountSource};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// Makes the root with its mounts and the working folder.
pub fn make(launch: &Launch) -> Result<PathBuf, EngineError> {
    for mount in &launch.mounts {
        exists(mount)?;
    }
    std::fs::create_dir_all(&launch.private_root).map_err(|error| failed(&launch.private_root, &error))?;
    let mut mounts: Vec<_> = launch.mounts.iter().collect();
    mounts.sort_by_key(|mount| mount.target.len());
    for mount in mounts {
        place(&launch.private_root, mount)?;
    }
    let workdir = inside(&launch.private_root, launch.workdir.as_deref().unwrap_or("/"));
    std::fs::create_dir_all(&workdir).map_err(|error| failed(&workdir, &error))?;
    Ok(workdir)
}

/// Where a container path is below the root; a path that is there already stays.
pub fn inside(root: &Path, path: &str) -> PathBuf {
    if Path::new(path).starts_with(root) { path.into() } else { root.join(path.trim_start_matches('/')) }
}

pub fn remove(root: &Path) -> Result<(), EngineError> {
    match std::fs::remove_dir_all(root) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(root, &error)),
        _ => Ok(()),
    }
}

fn exists(mount: &Mount) -> Result<(), EngineError> {
    match &mount.source {
        MountSource::Path(path) if !path.exists() => Err(EngineError::MountMissing(path.clone())),
        MountSource::Path(_) | MountSource::Archive(_) => Ok(()),
    }
}

fn place(root: &Path, mount: &Mount) -> Result<(), EngineError> {
    let target = inside(root, &mount.target);
    let parent = target.parent().unwrap_or(root);
    let placed = std::fs::create_dir_all(parent).and_then(|()| {
        stays_inside(root, parent)?;
        match &mount.source {
            MountSource::Path(path) if mount.access == Access::Scratch => scratch::copy(path, &target),
            MountSource::Path(path) => symlink(std::path::absolute(path)?, &target),
            MountSource::Archive(bytes) => tar::Archive::new(bytes.as_slice()).unpack(&target),
        }
    });
    placed.map_err(|error| failed(&target, &error))
}

/// A mount below another one would be written into the user's own folder.
fn stays_inside(root: &Path, parent: &Path) -> io::Result<()> {
    if parent.canonicalize()?.starts_with(root.canonicalize()?) {
        return Ok(());
    }
    Err(io::Error::other("the process engine cannot mount below another mount"))
}

fn failed(path: &Path, error: &io::Error) -> EngineError {
    if error.kind() == io::ErrorKind::StorageFull {
        return EngineError::DiskFull(path.display().to_string());
    }
    EngineError::Other(format!("{}: {error}", path.display()))
}
