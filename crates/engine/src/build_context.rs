//! The folder that a builder gets: what of it is sent, how it is named, and the archive.

mod archive;
mod ignored;

use ignored::Ignored;
use sha2::{Digest, Sha256};
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

const IGNORE_FILE: &str = ".dockerignore";

/// What `.dockerignore` leaves of a folder, in the order of its names.
#[derive(Debug)]
pub struct BuildContext {
    entries: Vec<Entry>,
    dockerfile: PathBuf,
}

#[derive(Debug)]
struct Entry {
    /// Relative, with `/`.
    name: String,
    path: PathBuf,
    metadata: Metadata,
    /// In a folder that BuildKit looks into for an exception with wildcards, and the classic builder does not.
    for_buildkit: bool,
}

/// A folder of the context.
#[derive(Debug, Clone, Copy, Default)]
struct Place<'a> {
    /// With `/` at its end.
    name: &'a str,
    held: bool,
    for_buildkit: bool,
}

impl BuildContext {
    /// `dockerfile` is relative to the folder; `<Dockerfile>.dockerignore` goes before the folder's own file.
    ///
    /// # Errors
    /// A folder that cannot be read, a line of `.dockerignore` that is no pattern.
    pub fn read(folder: &Path, dockerfile: &str) -> io::Result<Self> {
        let dockerfile = &ignored::cleaned(dockerfile);
        let ignored = ignored(folder, dockerfile)?.but(&[dockerfile, IGNORE_FILE]);
        let mut context = Self { entries: vec![], dockerfile: folder.join(dockerfile) };
        context.walk(folder, Place::default(), &ignored)?;
        Ok(context)
    }

    fn walk(&mut self, folder: &Path, of: Place<'_>, ignored: &Ignored) -> io::Result<()> {
        let mut listed = match fs::read_dir(folder) {
            // What stays out may be closed to us.
            Err(error) if of.held && error.kind() == ErrorKind::PermissionDenied => return Ok(()),
            listed => listed?.collect::<io::Result<Vec<_>>>()?,
        };
        listed.sort_by_key(fs::DirEntry::file_name);
        for listed in listed {
            let name = format!("{}{}", of.name, listed.file_name().to_string_lossy());
            let (path, metadata, held) = (listed.path(), listed.metadata()?, ignored.holds(&name));
            let within = format!("{name}/");
            let (is_folder, is_sent) = (metadata.is_dir(), !held && is_ordinary(&metadata));
            let by_all = !held || ignored.lets_out_of(&name);
            if is_sent {
                let for_buildkit = of.for_buildkit;
                self.entries.push(Entry { name, path: path.clone(), metadata, for_buildkit });
            }
            if is_folder && (by_all || ignored.lets_out_anywhere()) {
                let for_buildkit = of.for_buildkit || !by_all;
                self.walk(&path, Place { name: &within, held, for_buildkit }, ignored)?;
            }
        }
        Ok(())
    }

    /// 16 hex digits over names, sizes, times and modes: equal as long as nobody touched anything.
    pub fn looks(&self) -> String {
        let mut hash = Sha256::new();
        // Behind a link it is no entry.
        let dockerfile = fs::metadata(&self.dockerfile).ok();
        let dockerfile = dockerfile.iter().map(|metadata| ("", metadata));
        let entries = self.entries.iter().map(|Entry { name, metadata, .. }| (name.as_str(), metadata));
        for (name, metadata) in dockerfile.chain(entries) {
            let since = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            let times = if metadata.is_dir() { 0 } else { since.unwrap_or_default().as_nanos() };
            let size = if metadata.is_dir() { 0 } else { metadata.len() };
            hash.update(format!("{name}\0{}\0{size}\0{times}\n", mode(metadata)));
        }
        hex(hash)
    }

    /// 16 hex digits over names, modes and bytes: equal in every clone.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn content(&self) -> io::Result<String> {
        // Before all else: two Dockerfiles of one folder are two images, and one may be reached by links alone.
        let dockerfile = fs::read(&self.dockerfile).map_err(|error| unreadable(&self.dockerfile, &error))?;
        let mut hash = Sha256::new().chain_update(dockerfile.len().to_le_bytes()).chain_update(dockerfile);
        for entry @ Entry { name, path, metadata, .. } in &self.entries {
            hash.update(format!("{name}\0{}\0", mode(metadata)));
            if metadata.is_file() {
                hash.update(metadata.len().to_le_bytes());
                entry.bytes(|bytes| hash.update(bytes)).map_err(|error| entry.unreadable(&error))?;
            } else if metadata.is_symlink() {
                hash.update(fs::read_link(path)?.to_string_lossy().as_bytes());
            }
        }
        Ok(hex(hash))
    }
}

impl Entry {
    fn bytes(&self, mut take: impl FnMut(&[u8])) -> io::Result<()> {
        let (mut file, mut piece) = (File::open(&self.path)?, vec![0; 256 * 1024]);
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(()),
                read => take(&piece[..read]),
            }
        }
    }

    fn unreadable(&self, error: &io::Error) -> io::Error {
        io::Error::new(error.kind(), format!("{}: {error}", self.name))
    }
}

fn unreadable(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn ignored(folder: &Path, dockerfile: &str) -> io::Result<Ignored> {
    for name in [format!("{dockerfile}{IGNORE_FILE}"), IGNORE_FILE.to_owned()] {
        let wrong = |why: String| io::Error::new(ErrorKind::InvalidData, format!("{name}: {why}"));
        match fs::read_to_string(folder.join(&name)) {
            Ok(text) => return Ignored::parse(&text).map_err(wrong),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(io::Error::new(error.kind(), format!("{name}: {error}"))),
        }
    }
    Ok(Ignored::default())
}

/// Sockets and pipes hold nothing that could be sent.
fn is_ordinary(metadata: &Metadata) -> bool {
    metadata.is_dir() || metadata.is_file() || metadata.is_symlink()
}

#[cfg(unix)]
fn mode(metadata: &Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt;
    metadata.mode()
}

/// As Docker's own client does on Windows, so that scripts can be run.
#[cfg(not(unix))]
fn mode(_: &Metadata) -> u32 {
    0o755
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
#[path = "build_context/tests.rs"]
mod tests;
