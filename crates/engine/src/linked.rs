//! Links that lead out of what is mounted. What they lead to is mounted where they lead, so that a program finds it by
//! them: nothing is copied, and the folder stays the user's own.

use crate::links::leads_to;
use crate::{Access, Mount, MountSource};
use std::path::{Component, Path, PathBuf};

/// More files than this are not looked at.
const FILES: usize = 100_000;

/// Of a container: what these folders hold at their top is the image's own.
const SYSTEM: [&str; 15] =
    ["bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "opt", "proc", "run", "sbin", "sys", "usr", "var"];

/// What links lead to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Linked {
    /// To mount as well.
    pub mounts: Vec<Mount>,
    /// Links of this machine to something that a container does not get: it has its own there, or another mount.
    pub left: Vec<PathBuf>,
}

/// Of the links in `of`, beside all of these mounts. A copy has none.
pub fn linked(of: &[Mount], mounts: &[Mount]) -> Linked {
    let mut found = Linked::default();
    let mut open: Vec<Mount> = of.iter().filter(|mount| mount.access == Access::ReadOnly).cloned().collect();
    while let Some(mount) = open.pop() {
        for (link, to) in links_out_of(&mount) {
            match placed(&link, &to, &mount, mounts.iter().chain(&found.mounts)) {
                Place::There => {}
                Place::Nowhere => found.left.push(link),
                Place::Free(more) => {
                    open.push(more.clone());
                    found.mounts.push(more);
                }
            }
        }
    }
    found.left.sort();
    found
}

enum Place {
    Free(Mount),
    /// By an earlier one.
    There,
    Nowhere,
}

fn placed<'a>(link: &Path, to: &Path, of: &Mount, mut all: impl Iterator<Item = &'a Mount>) -> Place {
    let Ok(source) = link.canonicalize() else { return Place::There };
    let overlaps = |other: &Mount| to.starts_with(&other.target) || Path::new(&other.target).starts_with(to);
    match all.find(|other| overlaps(other)) {
        Some(other) if is_in(&source, to, other) => Place::There,
        None if is_free(to, Path::new(&of.target)) => Place::Free(Mount {
            source: MountSource::Path(source),
            target: to.display().to_string(),
            access: Access::ReadOnly,
        }),
        _ => Place::Nowhere,
    }
}

/// Whether this mount brings that very file there.
fn is_in(source: &Path, to: &Path, mount: &Mount) -> bool {
    let brought = || {
        let (path, below) = (path_of(mount)?, to.strip_prefix(&mount.target).ok()?);
        // A file with nothing joined to it would have to be a folder.
        if below == Path::new("") { path.canonicalize().ok() } else { path.join(below).canonicalize().ok() }
    };
    brought().is_some_and(|brought| brought == source)
}

/// Beside the mount, or where no image has anything.
fn is_free(to: &Path, mount: &Path) -> bool {
    let top = |path: &Path| path.components().find(|part| matches!(part, Component::Normal(_))).map(owned);
    let beside: PathBuf = mount.components().take(3).collect();
    let system = top(to).is_none_or(|top| SYSTEM.contains(&top.as_str()));
    !system || (mount.components().count() > 3 && to.starts_with(beside))
}

fn path_of(mount: &Mount) -> Option<&Path> {
    match &mount.source {
        MountSource::Path(path) => Some(path),
        MountSource::Archive(_) => None,
    }
}

fn owned(part: Component<'_>) -> String {
    part.as_os_str().to_string_lossy().into_owned()
}

/// The links, and where each leads in the container; what is nearer to the root first.
fn links_out_of(mount: &Mount) -> Vec<(PathBuf, PathBuf)> {
    let Some(source) = path_of(mount).filter(|source| source.is_dir()) else { return vec![] };
    let (mut folders, mut seen, mut links) = (vec![source.to_owned()], 0, vec![]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            seen += 1;
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && seen < FILES => folders.push(entry.path()),
                Ok(kind) if kind.is_symlink() => links.extend(out_of(mount, source, entry.path())),
                _ => {}
            }
        }
    }
    links.sort_by_cached_key(|(_, to)| (to.components().count(), to.clone()));
    links
}

fn out_of(mount: &Mount, source: &Path, link: PathBuf) -> Option<(PathBuf, PathBuf)> {
    let at = Path::new(&mount.target).join(link.strip_prefix(source).ok()?);
    let to = leads_to(&at, &std::fs::read_link(&link).ok()?);
    (!to.starts_with(&mount.target)).then_some((link, to))
}

#[cfg(all(test, unix))]
#[path = "linked_tests.rs"]
mod tests;
