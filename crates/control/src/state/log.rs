//! `emulator.log`: at most two files of 10 MB.

use crate::home::unwritable;
use diagnosis::Diagnosis;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

/// Bytes after which the file becomes `emulator.log.1` and a new one begins.
const LIMIT: u64 = 10 * 1024 * 1024;

/// Appends; whole writes stay together, so write whole lines.
#[derive(Debug)]
pub struct RotatingLog {
    path: PathBuf,
    file: File,
    length: u64,
}

impl RotatingLog {
    pub(super) fn open(path: PathBuf) -> Result<Self, Diagnosis> {
        let opened = append(&path).and_then(|file| Ok((file.metadata()?.len(), file)));
        let (length, file) = opened.map_err(|error| unwritable(&path, &error))?;
        let mut log = Self { path, file, length };
        log.make_room(0).map_err(|error| unwritable(&log.path, &error))?;
        Ok(log)
    }

    /// A handle on the present file, for the standard output of a child process.
    pub fn handle(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    fn make_room(&mut self, coming: u64) -> io::Result<()> {
        if self.length + coming > LIMIT && self.length > 0 {
            let mut old = self.path.clone().into_os_string();
            old.push(".1");
            std::fs::rename(&self.path, old)?;
            self.file = append(&self.path)?;
            self.length = 0;
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

fn append(path: &std::path::Path) -> io::Result<File> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
