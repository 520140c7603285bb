//! The files of a folder as far as they make up what runs: what Azure does not get, and what tools leave lying for a
//! moment, is no part of it.

use crate::storage::ignore_file::IgnoreFile;
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Folders that tools write beside the code, and that nobody uploads.
const TOOLS: &[&str] = &[
    "__pycache__",
    ".git",
    ".hg",
    ".svn",
    ".idea",
    ".vscode",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
];

/// What tells a file from the one that it was: never its content, since a model of a gigabyte must start at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    pub bytes: u64,
    /// Of the last change, since 1970.
    pub nanoseconds: u128,
    /// Another file under the same name: editors write one and rename it. 0 where the platform has no such number.
    pub inode: u64,
}

/// A folder, or a single file, that is looked at again and again.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    /// az uploads it: its ignore files say what is left out.
    uploaded: bool,
    ignore: Option<IgnoreFile>,
    /// Of its ignore files, when they were read.
    ignored_by: Vec<Option<Stamp>>,
    /// Whether a path is left out.
    verdicts: HashMap<PathBuf, bool>,
}

impl Folder {
    /// Code: as it is uploaded.
    pub fn of_code(root: &Path) -> Self {
        Self { uploaded: true, ..Self::whole(root) }
    }

    pub fn whole(root: &Path) -> Self {
        let (root, verdicts) = (root.to_owned(), HashMap::new());
        Self { root, uploaded: false, ignore: None, ignored_by: vec![], verdicts }
    }

    /// Every file that counts, as it is now.
    pub fn list(&mut self) -> BTreeMap<PathBuf, Stamp> {
        let ignored_by: Vec<_> = IgnoreFile::paths(&self.root).map(|path| stamp(&path)).into();
        if self.uploaded && ignored_by != self.ignored_by {
            (self.ignore, self.ignored_by) = (IgnoreFile::of(&self.root), ignored_by);
            self.verdicts.clear();
        }
        let mut files = BTreeMap::new();
        self.walk(&self.root.clone(), &mut vec![], &mut files);
        files
    }

    /// `above`: the folders that lead here, since a link may lead back to one of them.
    fn walk(&mut self, path: &Path, above: &mut Vec<PathBuf>, files: &mut BTreeMap<PathBuf, Stamp>) {
        let Ok(metadata) = fs::metadata(path) else { return };
        if !metadata.is_dir() {
            files.insert(path.to_owned(), stamp_of(&metadata));
            return;
        }
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if above.contains(&real) {
            return;
        }
        above.push(real);
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            let entry = entry.path();
            if !is_scratch(&entry) && !self.is_left_out(&entry) {
                self.walk(&entry, above, files);
            }
        }
        above.pop();
    }

    fn is_left_out(&mut self, path: &Path) -> bool {
        let Some(ignore) = &self.ignore else { return false };
        if let Some(known) = self.verdicts.get(path) {
            return *known;
        }
        // A file below a folder that is left out may be taken back in.
        let left_out = ignore.excludes(path).is_some() && !(ignore.takes_back() && path.is_dir());
        self.verdicts.insert(path.to_owned(), left_out);
        left_out
    }
}

/// Caches of tools; what editors write on the way to the file itself.
pub fn is_scratch(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let ends = ["~", ".swp", ".swo", ".swx", ".tmp", ".pyc", "___jb_tmp___", "___jb_old___", ".crswap"];
    TOOLS.contains(&name)
        // Emacs's lock and its copy, vim's question whether it may write here, and the Finder's own.
        || name.starts_with(".#")
        || name.starts_with('#') && name.ends_with('#')
        || name == "4913"
        || name == ".DS_Store"
        || ends.iter().any(|end| name.ends_with(end))
}

/// `None`: it is not there.
pub fn stamp(path: &Path) -> Option<Stamp> {
    fs::metadata(path).ok().map(|metadata| stamp_of(&metadata))
}

fn stamp_of(metadata: &Metadata) -> Stamp {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Stamp { bytes: metadata.len(), nanoseconds: modified.unwrap_or_default().as_nanos(), inode: inode(metadata) }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}
