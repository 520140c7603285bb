//! A file that grows and is moved away when it is full.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

#[derive(Debug)]
pub struct Tail {
    path: PathBuf,
    file: Option<BufReader<File>>,
    /// Bytes of the file that were read.
    read: u64,
    /// The beginning of a line whose end has not come.
    begun: Vec<u8>,
}

impl Tail {
    pub fn new(path: PathBuf) -> Self {
        Self { path, file: None, read: 0, begun: vec![] }
    }

    /// The lines that have come since the last time.
    pub fn fresh(&mut self) -> Vec<String> {
        let mut lines = self.rest();
        if self.was_moved() {
            *self = Self::new(std::mem::take(&mut self.path));
            lines.extend(self.rest());
        }
        lines
    }

    /// Another file has begun under the name: it is shorter.
    fn was_moved(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|file| file.len() < self.read)
    }

    fn rest(&mut self) -> Vec<String> {
        if self.file.is_none() {
            self.file = File::open(&self.path).ok().map(BufReader::new);
        }
        let mut lines = vec![];
        while self.line() {
            lines.push(String::from_utf8_lossy(&self.begun).into_owned());
            self.begun.clear();
        }
        lines
    }

    /// Whether a line is whole.
    fn line(&mut self) -> bool {
        let read = self.file.as_mut().and_then(|file| file.read_until(b'\n', &mut self.begun).ok());
        self.read += read.unwrap_or_default() as u64;
        let whole = self.begun.ends_with(b"\n");
        if whole {
            self.begun.pop();
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn lines_are_read_once_and_whole_and_a_new_file_is_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, moved) = (folder.path().join("lines"), folder.path().join("lines.1"));
        let mut tail = Tail::new(path.clone());
        assert!(tail.fresh().is_empty());
        let mut file = File::create(&path).expect("a file");
        file.write_all(b"one\ntw").expect("written");
        assert_eq!(tail.fresh(), ["one"]);
        file.write_all(b"o\nthree\n").expect("written");
        assert_eq!(tail.fresh(), ["two", "three"]);
        file.write_all(b"four\n").expect("written");
        std::fs::rename(&path, &moved).expect("moved");
        File::create(&path).and_then(|mut file| file.write_all(b"five\n")).expect("written");
        assert_eq!(tail.fresh(), ["four", "five"]);
        assert!(tail.fresh().is_empty());
    }
}
