//! What of the user's files is where in an instance: a tree for each of them.

use crate::plan::mounts;
use engine::{EngineKind, Mount, MountSource};
use model::Deployment;
use std::fs::Metadata;
use std::io;
use std::path::Path;

/// More lines than anybody reads.
const LONGEST: usize = 1_000;

/// Model and code as the instance has them: read where they lie, since nothing is copied.
pub fn listed(deployment: &Deployment, engine: Option<EngineKind>) -> Vec<String> {
    let how = match engine {
        Some(EngineKind::Process) => "a link, which can be written to",
        _ => "mounted, read-only",
    };
    let mut lines = vec![];
    if deployment.model.is_none() {
        lines.push("no model".into());
    }
    for mount in mounts(deployment) {
        landed(&mount, how, &mut lines);
    }
    if lines.len() > LONGEST {
        let more = lines.len() - LONGEST;
        lines.truncate(LONGEST);
        lines.push(format!("... and {more} more"));
    }
    lines
}

fn landed(mount: &Mount, how: &str, lines: &mut Vec<String>) {
    let MountSource::Path(source) = &mount.source else { return };
    lines.push(format!("{} -> {} ({how}; in Azure a copy)", source.display(), mount.target));
    let (folder, name) = mount.target.rsplit_once('/').unwrap_or(("", &mount.target));
    lines.push(format!("{folder}/"));
    entry(source, name, 1, lines);
}

/// Links are followed, as the instance follows them; one that leads nowhere is said.
fn entry(path: &Path, name: &str, depth: usize, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    match std::fs::metadata(path).and_then(|found| Ok((below(path, &found)?, found))) {
        Err(error) => lines.push(format!("{indent}{name}: {error}")),
        Ok((None, found)) => lines.push(format!("{indent}{name} ({} B)", found.len())),
        Ok((Some(names), _)) => {
            lines.push(format!("{indent}{name}/"));
            // What is beyond is only counted; a link to a folder above would never end.
            if lines.len() <= LONGEST && depth < 32 {
                names.iter().for_each(|below| entry(&path.join(below), below, depth + 1, lines));
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
