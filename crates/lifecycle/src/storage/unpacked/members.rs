//! The files of a model, and the hash that names what becomes of them.

use super::{Fault, writing};
use crate::whole::write;
use semantics::unpack::{Archive, archive};
use sha2::{Digest, Sha256};
use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Deeper is a link to a folder above.
const DEEPEST: usize = 64;

#[derive(Debug, Clone)]
pub struct Member {
    pub path: PathBuf,
    /// Where it lies below `AZUREML_MODEL_DIR`.
    pub below: PathBuf,
    pub archive: Option<Archive>,
    about: Metadata,
}

impl Member {
    pub fn shown(&self) -> String {
        self.below.display().to_string()
    }
}

/// All files of the model in the order of their names, and the hash: of the content of archives, of path, size and time
/// of what is not unpacked. `seen`: what archives were found to hold, so that none is read twice.
pub fn read(model: &Path, seen: &Path) -> Result<(Vec<Member>, String), Fault> {
    let mut members = vec![];
    gather(model, PathBuf::from(model.file_name().unwrap_or_default()), &mut members)?;
    let mut key = Sha256::new();
    if members.iter().any(|member| member.archive.is_some()) {
        for member in &members {
            key.update(format!("{}\0{}\n", member.below.display(), identity(member, seen)?));
        }
    }
    Ok((members, hex(&key.finalize())))
}

fn gather(path: &Path, below: PathBuf, members: &mut Vec<Member>) -> Result<(), Fault> {
    let unreadable = |error| Fault::Unreadable { path: path.to_owned(), error };
    let about = fs::metadata(path).map_err(unreadable)?;
    if !about.is_dir() {
        let archive = archive(&below.to_string_lossy());
        members.push(Member { path: path.to_owned(), below, archive, about });
        return Ok(());
    }
    if below.components().count() > DEEPEST {
        return Err(unreadable(io::Error::other("its folders are too deep")));
    }
    let entries = fs::read_dir(path).map_err(unreadable)?.collect::<io::Result<Vec<_>>>();
    let mut names: Vec<_> = entries.map_err(unreadable)?.iter().map(fs::DirEntry::file_name).collect();
    names.sort();
    names.iter().try_for_each(|name| gather(&path.join(name), below.join(name), members))
}

fn identity(member: &Member, seen: &Path) -> Result<String, Fault> {
    let time = member.about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let time = time.unwrap_or_default().as_nanos();
    let look = format!("{}\0{}\0{time}", member.path.display(), member.about.len());
    if member.archive.is_none() {
        return Ok(look);
    }
    let note = seen.join(hex(&Sha256::digest(look)));
    if let Some(known) = fs::read_to_string(&note).ok().filter(|known| is_hex(known)) {
        return Ok(known);
    }
    let content = content(&member.path).map_err(|error| Fault::Unreadable { path: member.path.clone(), error })?;
    let noted = write(&note, &content);
    noted.map_err(|error| writing(seen, error))?;
    Ok(content)
}

fn content(path: &Path) -> io::Result<String> {
    let (mut file, mut hash, mut piece) = (fs::File::open(path)?, Sha256::new(), vec![0; 1 << 20]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(&piece[..read]),
        }
    }
}

fn is_hex(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
