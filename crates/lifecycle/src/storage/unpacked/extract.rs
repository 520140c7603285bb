//! One archive, into a folder.

use super::{Fault, writing};
use flate2::read::MultiGzDecoder;
use semantics::unpack::Archive;
use std::error::Error as _;
use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::{Component, Path};
use zip::ZipArchive;

/// Nothing of it lands outside of the folder: an archive that wants to is refused.
pub fn extract(kind: Archive, archive: &Path, into: &Path) -> Result<(), Fault> {
    let file = File::open(archive).map_err(|error| Fault::Unreadable { path: archive.to_owned(), error })?;
    let read = BufReader::new(file);
    let extracted = match kind {
        Archive::Tar => tar(read, into),
        Archive::TarGz => tar(MultiGzDecoder::new(read), into),
        Archive::Zip => zip(read, into),
    };
    extracted.map_err(|error| match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => writing(into, error),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => writing(into, error),
        _ => Fault::Archive { path: archive.to_owned(), why: innermost(&error) },
    })
}

fn tar(read: impl Read, into: &Path) -> io::Result<()> {
    let mut archive = tar::Archive::new(read);
    let mut any = false;
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let within = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !within {
            return Err(invalid(format!("{} lies outside of it", path.display())));
        }
        any = true;
        // A folder that cannot be written would keep its files out: their modes are nobody's business here.
        if entry.header().entry_type().is_dir() {
            entry_folder(into, &path)?;
        } else if !entry.unpack_in(into)? {
            return Err(invalid(format!("{} lies outside of it", path.display())));
        }
    }
    if any { Ok(()) } else { Err(invalid("it holds nothing".into())) }
}

/// Part by part: a link that came before may lead elsewhere.
fn entry_folder(into: &Path, path: &Path) -> io::Result<()> {
    let mut folder = into.to_owned();
    for part in path.components().filter(|part| matches!(part, Component::Normal(_))) {
        folder.push(part);
        match fs::create_dir(&folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ if folder.canonicalize()?.starts_with(into.canonicalize()?) => {}
            _ => return Err(invalid(format!("{} lies outside of it", path.display()))),
        }
    }
    Ok(())
}

fn zip(read: BufReader<File>, into: &Path) -> io::Result<()> {
    let mut archive = ZipArchive::new(read)?;
    if archive.is_empty() {
        return Err(invalid("it holds nothing".into()));
    }
    Ok(archive.extract(into)?)
}

fn invalid(why: String) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}

/// What lies beneath everything: above it are only the folders of the cache.
fn innermost(error: &io::Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.last().map_or_else(|| error.to_string(), ToString::to_string)
}

/// Readable for everybody, as what Azure brings into a container is; and written by nobody: every instance has the same.
#[cfg(unix)]
pub fn readable_by_all(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let about = fs::symlink_metadata(path)?;
    let mode = |bits| fs::set_permissions(path, fs::Permissions::from_mode(bits));
    if about.is_dir() {
        mode(0o755)?;
        return fs::read_dir(path)?.try_for_each(|entry| readable_by_all(&entry?.path()));
    }
    match about.permissions().mode() & 0o111 {
        _ if about.is_symlink() => Ok(()),
        0 => mode(0o444),
        _ => mode(0o555),
    }
}

#[cfg(not(unix))]
pub fn readable_by_all(_: &Path) -> io::Result<()> {
    Ok(())
}
