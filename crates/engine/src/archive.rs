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

/// The text of the file that the archive begins with.
pub fn first_text(archive: &[u8]) -> io::Result<String> {
    let mut text = String::new();
    if let Some(entry) = Archive::new(archive).entries()?.next() {
        entry?.read_to_string(&mut text)?;
    }
    Ok(text)
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
}
