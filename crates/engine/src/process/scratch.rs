//! A copy of a path that its instance may write to.

use std::fs::{self, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

/// Links as links; where the file system can, a file shares its blocks with what it is a copy of.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let found = fs::metadata(from)?;
    if found.is_dir() { folder(from, &found, to) } else { file(from, &found, to) }
}

fn folder(from: &Path, found: &Metadata, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, found, to) = (entry.path(), entry.metadata()?, to.join(entry.file_name()));
        if found.is_symlink() {
            symlink(fs::read_link(&from)?, &to)?;
        } else if found.is_dir() {
            folder(&from, &found, &to)?;
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
