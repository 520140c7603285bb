//! Tar archives: build contexts, and files for engines that do not see ours.

use std::io::{self, Read};
use std::path::Path;
use tar::{Archive, Builder, Header};

/// An archive of these files, by name.
pub fn of_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> io::Result<Vec<u8>> {
    let mut builder = Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, content)?;
    }
    builder.into_inner()
}

/// An archive of a folder's content or of one file, placed at `at` (relative; empty: the root).
pub fn of_path(path: &Path, at: &str) -> io::Result<Vec<u8>> {
    let mut builder = Builder::new(Vec::new());
    builder.follow_symlinks(false);
    let at = if at.is_empty() { "." } else { at };
    if path.is_dir() {
        builder.append_dir_all(at, path)?;
    } else {
        builder.append_path_with_name(path, at)?;
    }
    builder.into_inner()
}

/// The same archive with every entry below `at` (relative).
pub fn below(archive: &[u8], at: &str) -> io::Result<Vec<u8>> {
    let mut builder = Builder::new(Vec::new());
    for entry in Archive::new(archive).entries()? {
        let mut entry = entry?;
        let mut header = entry.header().clone();
        let path = Path::new(at).join(entry.path()?.components().as_path());
        if let Some(link) = entry.link_name()? {
            builder.append_link(&mut header, &path, link)?;
        } else {
            let mut content = Vec::new();
            entry.read_to_end(&mut content)?;
            builder.append_data(&mut header, &path, content.as_slice())?;
        }
    }
    builder.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(archive: &[u8]) -> Vec<String> {
        let mut archive = Archive::new(archive);
        archive.entries().unwrap().map(|entry| entry.unwrap().path().unwrap().display().to_string()).collect()
    }

    #[test]
    fn files_go_below_a_folder() {
        let archive = of_files([("a.txt", b"a".as_slice()), ("b/c.txt", b"c")]).unwrap();
        assert_eq!(names(&below(&archive, "var/app").unwrap()), ["var/app/a.txt", "var/app/b/c.txt"]);
    }

    #[test]
    fn a_single_file_has_the_name_it_is_given() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("model.pkl"), b"m").unwrap();
        assert_eq!(names(&of_path(&folder.path().join("model.pkl"), "var/m.pkl").unwrap()), ["var/m.pkl"]);
    }
}
