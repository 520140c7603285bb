//! The files of a folder.

use std::path::{Path, PathBuf};

/// More files than this are not looked at.
const FILES: usize = 100_000;

/// The files of a folder, or the file itself; symbolic links are not followed.
pub fn files_below(path: &Path) -> impl Iterator<Item = PathBuf> {
    let mut open = vec![path.to_owned()];
    let next = std::iter::from_fn(move || {
        while let Some(path) = open.pop() {
            match path.symlink_metadata() {
                Ok(about) if about.is_dir() => {
                    open.extend(std::fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
                }
                Ok(_) => return Some(path),
                Err(_) => {}
            }
        }
        None
    });
    next.take(FILES)
}
