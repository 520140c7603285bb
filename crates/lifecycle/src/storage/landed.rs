//! What of the user's files is where in an instance: a tree for each of them, as it is when the instance is made.

use super::Storage;
use super::ignore_file::IgnoreFile;
use super::left_out::{is_left_out, uploaded};
use engine::{Access, EngineKind, Mount, MountSource};
use model::Deployment;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

/// More lines than anybody reads.
const LONGEST: usize = 1_000;

/// Model and code as an instance has them.
pub fn listed(storage: &Storage, deployment: &Deployment, engine: EngineKind) -> Vec<String> {
    let how = |access: Access| match (access, engine) {
        (Access::Scratch, _) => "a copy of each instance's own, --mounts scratch",
        (Access::ReadOnly, EngineKind::Process) => "a link, which can be written to",
        (Access::ReadOnly, _) => "mounted, read-only",
    };
    // A process follows links on this machine.
    let left = if engine == EngineKind::Process { &[] } else { storage.left.as_slice() };
    let mut lines = vec![];
    if deployment.model.is_none() {
        lines.push("no model".into());
    }
    for mount in &storage.mounts {
        let MountSource::Path(path) = &mount.source else { continue };
        let unpacked = storage.unpacked.as_ref().filter(|it| it.content == *path).zip(deployment.model.as_ref());
        let (source, how) = match unpacked {
            Some((it, model)) => {
                (model.path.as_path(), format!("{} unpacked, {}", it.archives.join(", "), how(mount.access)))
            }
            None => (path.as_path(), how(mount.access).to_owned()),
        };
        lines.push(format!("{} -> {} ({how}; in Azure a copy)", source.display(), mount.target));
        let ignored = uploaded(deployment).find(|folder| *folder == path).and_then(IgnoreFile::of);
        Tree { ignored, left, lines: &mut lines }.of(path, mount);
    }
    if lines.len() > LONGEST {
        let more = lines.len() - LONGEST;
        lines.truncate(LONGEST);
        lines.push(format!("... and {more} more"));
    }
    lines
}

struct Tree<'a> {
    ignored: Option<IgnoreFile>,
    /// Links to what a container does not get.
    left: &'a [PathBuf],
    lines: &'a mut Vec<String>,
}

impl Tree<'_> {
    fn of(&mut self, source: &Path, mount: &Mount) {
        let (folder, name) = mount.target.rsplit_once('/').unwrap_or(("", &mount.target));
        self.lines.push(format!("{folder}/"));
        self.entry(source, name, 1);
    }

    /// Links are followed, as the instance follows them; one that leads nowhere is said.
    fn entry(&mut self, path: &Path, name: &str, depth: usize) {
        let indent = "  ".repeat(depth);
        if let Some(to) = self.left.iter().find(|left| *left == path).and_then(|left| left.read_link().ok()) {
            return self
                .lines
                .push(format!("{indent}{name}: a link to {}, of which a container has its own or none", to.display()));
        }
        match std::fs::metadata(path).and_then(|found| Ok((below(path, &found)?, found))) {
            Err(error) => self.lines.push(format!("{indent}{name}: {error}")),
            Ok((None, found)) => {
                let left_out = self.ignored.as_ref().is_some_and(|ignored| is_left_out(ignored, path));
                let uploaded = if left_out { ", az does not upload it" } else { "" };
                self.lines.push(format!("{indent}{name} ({} B{uploaded})", found.len()));
            }
            Ok((Some(names), _)) => {
                self.lines.push(format!("{indent}{name}/"));
                // What is beyond is only counted; a link to a folder above would never end.
                if self.lines.len() <= LONGEST && depth < 32 {
                    names.iter().for_each(|below| self.entry(&path.join(below), below, depth + 1));
                }
            }
        }
    }
}

/// The names in a folder, sorted; `None` of a file.
fn below(path: &Path, found: &Metadata) -> io::Result<Option<Vec<String>>> {
    if !found.is_dir() {
        return Ok(None);
    }
    let names = std::fs::read_dir(path)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(Some(names))
}
