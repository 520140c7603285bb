//! A copy of a path that its instance may write to.

use crate::links::Links;
use std::fs::{self, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

/// Links as links, but where one leads out of the path what it leads to; where the file system can, a file shares its
/// blocks with what it is a copy of.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    path(from, to, &Links::of(from, to))
}

fn path(from: &Path, to: &Path, links: &Links) -> io::Result<()> {
    let found = fs::metadata(from)?;
    if found.is_dir() { folder(from, &found, to, links) } else { file(from, &found, to) }
}

fn folder(from: &Path, found: &Metadata, to: &Path, links: &Links) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, found, to) = (entry.path(), entry.metadata()?, to.join(entry.file_name()));
        if found.is_symlink() {
            match links.target(&from, &to) {
                Some(target) => path(&target, &to, &links.below(&target))?,
                None => symlink(fs::read_link(&from)?, &to)?,
            }
        } else if found.is_dir() {
            folder(&from, &found, &to, links)?;
        } else if found.is_file() {
            file(&from, &found, &to)?;
        }
    }
    open(to, found)
}

fn file(from: &Path, found: &Metadata, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    open(to, found)
}

/// To its owner, who is the program.
fn open(path: &Path, found: &Metadata) -> io::Result<()> {
    let more = if found.is_dir() { 0o700 } else { 0o600 };
    fs::set_permissions(path, Permissions::from_mode(found.permissions().mode() | more))
}
