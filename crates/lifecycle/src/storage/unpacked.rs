//! Models whose archives are unpacked: each a tree in the cache, named by a hash of what went in, made once and mounted.

mod extract;
mod kept;
mod members;

pub use kept::{discard_model, kept_models};

use engine::{EngineError, FileLock, Report};
use kept::lock_of;
use members::Member;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// A complete tree, which nobody removes while this is held.
#[derive(Debug)]
pub struct Unpacked {
    /// What `AZUREML_MODEL_DIR` holds.
    pub content: PathBuf,
    /// False when it was there already.
    pub made: bool,
    /// The archives, as the model names them.
    pub archives: Vec<String>,
    _used: FileLock,
}

#[derive(Debug)]
pub enum Fault {
    /// It is none, is damaged, or wants to be unpacked elsewhere.
    Archive { path: PathBuf, why: String },
    /// A file of the model cannot be read.
    Unreadable { path: PathBuf, error: io::Error },
    /// No space below the cache.
    Full,
    /// The cache cannot be written for another reason.
    Cache(String),
}

/// `None`: the model has no archive.
pub async fn unpacked(cache: &Path, model: &Path, report: Report<'_>) -> Result<Option<Unpacked>, Fault> {
    let (root, seen) = (cache.join("models"), cache.join("models/seen"));
    let path = model.to_owned();
    let (members, key) = blocking(move || members::read(&path, &seen)).await?;
    let archives: Vec<String> = members.iter().filter(|it| it.archive.is_some()).map(Member::shown).collect();
    if archives.is_empty() {
        return Ok(None);
    }
    let folder = root.join(key);
    let (lock, content) = (lock_of(&folder), folder.join("content"));
    let mut made = false;
    loop {
        if !content.is_dir() {
            let alone = FileLock::of(&lock, report).await.map_err(unlocked)?;
            if !content.is_dir() {
                report(format!("unpacking {}", archives.join(", ")));
                let (members, folder) = (members.clone(), folder.clone());
                blocking(move || make(&members, &folder).map(|()| drop(alone))).await?;
                made = true;
            }
        }
        let _used = FileLock::shared(&lock).await.map_err(unlocked)?;
        // Between the two locks it may have been removed.
        if content.is_dir() {
            return Ok(Some(Unpacked { content, made, archives, _used }));
        }
    }
}

/// Visible only when complete.
fn make(members: &[Member], folder: &Path) -> Result<(), Fault> {
    let unfinished = folder.with_extension("unfinished");
    let full = |error: io::Error| writing(folder, error);
    remove(&unfinished).map_err(full)?;
    let made = fill(members, &unfinished.join("content")).and_then(|()| fs::rename(&unfinished, folder).map_err(full));
    if made.is_err() {
        remove(&unfinished).map_err(full)?;
    }
    made
}

/// Archives first: what they hold is made readable for whoever the container runs as, the user's own files stay as they are.
fn fill(members: &[Member], content: &Path) -> Result<(), Fault> {
    let place = |member: &Member| content.join(member.below.parent().unwrap_or(Path::new("")));
    for (member, kind) in members.iter().filter_map(|member| Some((member, member.archive?))) {
        let into = place(member);
        fs::create_dir_all(&into).map_err(|error| writing(content, error))?;
        extract::extract(kind, &member.path, &into)?;
    }
    extract::readable_by_all(content).map_err(|error| writing(content, error))?;
    for member in members.iter().filter(|member| member.archive.is_none()) {
        let (into, target) = (place(member), content.join(&member.below));
        let linked = fs::create_dir_all(&into).and_then(|()| link(&member.path, &target));
        linked.map_err(|error| writing(content, error))?;
    }
    Ok(())
}

/// The same file where one disk holds both, else a copy; of a symbolic link, which would lead elsewhere from there, what it
/// leads to.
fn link(path: &Path, target: &Path) -> io::Result<()> {
    let path = &path.canonicalize()?;
    fs::hard_link(path, target).or_else(|_| fs::copy(path, target).map(|_| ()))
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn writing(folder: &Path, error: io::Error) -> Fault {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Fault::Full,
        _ => Fault::Cache(format!("{}: {error}", folder.display())),
    }
}

fn unlocked(error: EngineError) -> Fault {
    Fault::Cache(error.to_string())
}

async fn blocking<R: Send + 'static>(work: impl FnOnce() -> Result<R, Fault> + Send + 'static) -> Result<R, Fault> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(Fault::Cache(error.to_string())))
}
