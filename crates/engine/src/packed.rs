//! A folder or a file of this machine as a tar archive.

use crate::Access;
use crate::links::Links;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use tar::{Builder, EntryType, Header};

/// Writes a folder with its content, or one file, placed at `at` (relative); links as links, but where one leads out of the
/// folder what it leads to. What everybody may write to is so with the folder above it.
pub fn write_path(out: impl Write, path: &Path, at: &str, access: Access) -> io::Result<()> {
    let mut builder = Builder::new(out);
    let at = Path::new(at);
    if let (Access::Scratch, Some(above)) = (access, at.parent().filter(|above| *above != Path::new(""))) {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Directory);
        header.set_mode(0o777);
        header.set_size(0);
        builder.append_data(&mut header, above, io::empty())?;
    }
    append(&mut builder, (path, &fs::metadata(path)?), at, &How { access, links: Links::of(path, at) })?;
    builder.into_inner()?.flush()
}

struct How {
    access: Access,
    links: Links,
}

fn append(
    builder: &mut Builder<impl Write>,
    (path, metadata): (&Path, &Metadata),
    at: &Path,
    how: &How,
) -> io::Result<()> {
    if let Some(target) = metadata.is_symlink().then(|| how.links.target(path, at)).flatten() {
        let how = How { access: how.access, links: how.links.below(&target) };
        return append(builder, (&target, &fs::metadata(&target)?), at, &how);
    }
    let mut header = Header::new_gnu();
    header.set_metadata(metadata);
    header.set_mode(header.mode()? | opened(metadata, how.access));
    if metadata.is_symlink() {
        header.set_size(0);
        return builder.append_link(&mut header, at, fs::read_link(path)?);
    }
    if metadata.is_file() {
        return builder.append_data(&mut header, at, Whole::open(path, metadata)?);
    }
    if !metadata.is_dir() {
        // A socket, a pipe: nothing that could be sent.
        return Ok(());
    }
    header.set_size(0);
    builder.append_data(&mut header, at, io::empty())?;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        append(builder, (&entry.path(), &entry.metadata()?), &at.join(entry.file_name()), how)?;
    }
    Ok(())
}

/// Further bits of a mode.
fn opened(metadata: &Metadata, access: Access) -> u32 {
    match access {
        Access::ReadOnly => 0,
        Access::Scratch if metadata.is_dir() => 0o777,
        Access::Scratch => 0o666,
    }
}

/// Exactly as many bytes as were announced: a file that grows meanwhile must not run into the next one.
pub struct Whole {
    file: File,
    left: u64,
}

impl Whole {
    pub fn open(path: &Path, metadata: &Metadata) -> io::Result<Self> {
        Ok(Self { file: File::open(path)?, left: metadata.len() })
    }
}

impl Read for Whole {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        let read = self.file.read(&mut into[..most])?;
        if read == 0 && most > 0 {
            return Err(io::Error::new(ErrorKind::UnexpectedEof, "it became shorter while it was read"));
        }
        self.left -= read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tar::Archive;

    fn entries(path: &Path, at: &str, access: Access) -> Vec<(String, u32)> {
        let mut packed = vec![];
        write_path(&mut packed, path, at, access).unwrap();
        let mut archive = Archive::new(packed.as_slice());
        let entries = archive.entries().unwrap().map(Result::unwrap);
        entries.map(|it| (it.path().unwrap().display().to_string(), it.header().mode().unwrap() & 0o777)).collect()
    }

    #[cfg(unix)]
    #[test]
    fn scratch_is_open_to_everybody_and_nothing_else_is() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (closed, file) = (folder.path().join("closed"), folder.path().join("closed/model.pkl"));
        fs::create_dir(&closed).unwrap();
        fs::write(&file, b"m").unwrap();
        for (path, mode) in [(&file, 0o540), (&closed, 0o700)] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
        let named =
            |rows: &[(&str, u32)]| rows.iter().map(|(name, mode)| ((*name).to_owned(), *mode)).collect::<Vec<_>>();
        let as_it_is = named(&[("var/m", 0o700), ("var/m/model.pkl", 0o540)]);
        assert_eq!(entries(&closed, "var/m", Access::ReadOnly), as_it_is);
        let open = named(&[("var", 0o777), ("var/m", 0o777), ("var/m/model.pkl", 0o766)]);
        assert_eq!(entries(&closed, "var/m", Access::Scratch), open);
        assert_eq!(entries(&file, "var/m.pkl", Access::ReadOnly), named(&[("var/m.pkl", 0o540)]));
    }

    /// As az uploads it: the file, under the name of the link.
    #[cfg(unix)]
    #[test]
    fn what_leads_out_is_a_copy() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["model", "snapshot", "blobs"] {
            fs::create_dir(at(name)).unwrap();
        }
        fs::write(at("blobs/abc"), b"weights").unwrap();
        for (text, name) in [
            ("../blobs/abc", "model/weights"),
            ("../snapshot", "model/all"),
            ("../blobs/abc", "snapshot/deep"),
            ("weights", "model/same"),
            ("../nowhere", "model/lost"),
            ("..", "model/above"),
        ] {
            symlink(text, at(name)).unwrap();
        }
        let mut packed = vec![];
        write_path(&mut packed, &at("model"), "var/m", Access::ReadOnly).unwrap();
        let found = |entry: io::Result<tar::Entry<'_, &[u8]>>| {
            let mut entry = entry.unwrap();
            let (name, link) = (entry.path().unwrap().display().to_string(), entry.link_name().unwrap());
            let link = link.map(|text| format!("-> {}", text.display())).unwrap_or_default();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            (name, format!("{link}{text}"))
        };
        let mut found: Vec<_> = Archive::new(packed.as_slice()).entries().unwrap().map(found).collect();
        found.sort();
        let expected = [
            ("var/m", ""),
            ("var/m/above", "-> .."),
            ("var/m/all", ""),
            ("var/m/all/deep", "weights"),
            ("var/m/lost", "-> ../nowhere"),
            ("var/m/same", "-> weights"),
            ("var/m/weights", "weights"),
        ];
        assert_eq!(found, expected.map(|(name, what)| (name.to_owned(), what.to_owned())));
    }
}
