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
}

#[derive(Debug)]
struct Entry {
    /// Relative, with `/`.
    name: String,
    path: PathBuf,
    metadata: Metadata,
}

impl BuildContext {
    /// `dockerfile` is relative to the folder; `<Dockerfile>.dockerignore` goes before the folder's own file.
    ///
    /// # Errors
    /// A folder that cannot be read, a line of `.dockerignore` that is no pattern.
    pub fn read(folder: &Path, dockerfile: &str) -> io::Result<Self> {
        let ignored = ignored(folder, dockerfile)?.but(&[dockerfile, IGNORE_FILE]);
        let mut context = Self { entries: vec![] };
        context.walk(folder, "", &ignored)?;
        Ok(context)
    }

    fn walk(&mut self, folder: &Path, above: &str, ignored: &Ignored) -> io::Result<()> {
        let mut listed = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
        listed.sort_by_key(fs::DirEntry::file_name);
        for listed in listed {
            let name = format!("{above}{}", listed.file_name().to_string_lossy());
            let (path, metadata, held) = (listed.path(), listed.metadata()?, ignored.holds(&name));
            let within = format!("{name}/");
            let (is_folder, is_sent) = (metadata.is_dir(), !held && is_ordinary(&metadata));
            if is_sent {
                self.entries.push(Entry { name: name.clone(), path: path.clone(), metadata });
            }
            if is_folder && (!held || ignored.lets_out_of(&name)) {
                self.walk(&path, &within, ignored)?;
            }
        }
        Ok(())
    }

    /// 16 hex digits over names, sizes, times and modes: equal as long as nobody touched anything.
    pub fn looks(&self) -> String {
        let mut hash = Sha256::new();
        for Entry { name, metadata, .. } in &self.entries {
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
        let mut hash = Sha256::new();
        for entry @ Entry { name, path, metadata } in &self.entries {
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
