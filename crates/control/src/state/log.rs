//! Files that grow and are bounded: `emulator.log`, `traffic.jsonl`.

use crate::home::unwritable;
use diagnosis::Diagnosis;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How large a log may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes after which the file becomes `<name>.1`, that one `<name>.2`, and a new one begins.
    pub bytes: u64,
    /// Old files that are kept.
    pub old: usize,
}

/// Appends; whole writes stay together, so write whole lines.
#[derive(Debug)]
pub struct RotatingLog {
    path: PathBuf,
    file: File,
    length: u64,
    bounds: Bounds,
}

impl RotatingLog {
    pub(super) fn open(path: PathBuf, bounds: Bounds) -> Result<Self, Diagnosis> {
        let opened = append(&path).and_then(|file| Ok((file.metadata()?.len(), file)));
        let (length, file) = opened.map_err(|error| unwritable(&path, &error))?;
        let mut log = Self { path, file, length, bounds };
        log.make_room(0).map_err(|error| unwritable(&log.path, &error))?;
        Ok(log)
    }

    /// A handle on the present file, for the standard output of a child process.
    pub fn handle(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    fn make_room(&mut self, coming: u64) -> io::Result<()> {
        if self.length + coming > self.bounds.bytes && self.length > 0 {
            for number in (0..self.bounds.old).rev() {
                match std::fs::rename(numbered(&self.path, number), numbered(&self.path, number + 1)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
            // Where no new one can be opened the old one is written on, and is not moved again for each line.
            self.length = 0;
            self.file = append(&self.path)?;
        }
        Ok(())
    }
}

impl Write for RotatingLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.make_room(bytes.len() as u64)?;
        let written = self.file.write(bytes)?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The file itself is number 0.
pub(super) fn numbered(path: &Path, number: usize) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    if number > 0 {
        name.push(format!(".{number}"));
    }
    name.into()
}

fn append(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_given_up_and_lines_stay_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lines");
        let mut log = RotatingLog::open(path.clone(), Bounds { bytes: 10, old: 2 }).expect("a log");
        for line in ["one\n", "two\n", "three\n", "a line that is longer\n", "four\n", "five\n"] {
            log.write_all(line.as_bytes()).expect("written");
        }
        let read = |number| std::fs::read_to_string(numbered(&path, number)).unwrap_or_default();
        assert_eq!([read(0), read(1), read(2), read(3)], ["four\nfive\n", "a line that is longer\n", "three\n", ""]);
        let mut again = RotatingLog::open(path.clone(), Bounds { bytes: 10, old: 2 }).expect("a log");
        again.write_all(b"six\n").expect("written");
        assert_eq!((read(0), read(1)), ("six\n".to_owned(), "four\nfive\n".to_owned()));
    }
}
