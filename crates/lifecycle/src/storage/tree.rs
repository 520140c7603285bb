//! The files of the mounts, by their paths in a container.

use engine::{Mount, MountSource};
use std::path::Path;

/// More are not looked at.
const MOST: usize = 2_000;
const DEEPEST: usize = 32;

/// Files and folders, sorted, the folders before what is in them.
pub fn container_paths(mounts: &[Mount]) -> Vec<String> {
    let mut paths = vec![];
    for mount in mounts {
        if let MountSource::Path(source) = &mount.source {
            gather(source, mount.target.clone(), DEEPEST, &mut paths);
        }
    }
    paths
}

fn gather(source: &Path, target: String, deeper: usize, paths: &mut Vec<String>) {
    if paths.len() >= MOST || !source.exists() {
        return;
    }
    let entries = std::fs::read_dir(source).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != "__pycache__");
    names.sort();
    paths.push(target.clone());
    if deeper > 0 {
        names.iter().for_each(|name| gather(&source.join(name), format!("{target}/{name}"), deeper - 1, paths));
    }
}
