//! Symbolic links that lead out of what an instance gets. A program would follow them within its own files, where nothing
//! of this machine is.

use std::path::{Component, Path, PathBuf};

/// What is copied, link by link.
#[derive(Debug, Clone)]
pub struct Links {
    /// Where the copy begins.
    root: PathBuf,
    /// The folders of this machine that are being copied; the last one's links are judged.
    open: Vec<PathBuf>,
}

impl Links {
    /// `source` is copied to `root`.
    pub fn of(source: &Path, root: &Path) -> Self {
        Self { root: root.to_owned(), open: source.canonicalize().into_iter().collect() }
    }

    /// What has to be copied in the place of the link that would lie at `at`. `None`: a link does, or it leads nowhere.
    /// In a folder that was itself such a place, no link leads where it did.
    pub fn target(&self, link: &Path, at: &Path) -> Option<PathBuf> {
        let within = || Some(leads_to(at, &std::fs::read_link(link).ok()?).starts_with(&self.root));
        if self.open.len() < 2 && within()? {
            return None;
        }
        let target = link.canonicalize().ok()?;
        // One that leads to a folder above would never end.
        let ends = !self.open.iter().any(|open| open.starts_with(&target));
        ends.then_some(target)
    }

    /// Of what is in this target.
    pub fn below(&self, target: &Path) -> Self {
        Self { root: self.root.clone(), open: self.open.iter().cloned().chain([target.to_owned()]).collect() }
    }
}

/// Where a link that lies at `at` leads, by its text alone.
pub fn leads_to(at: &Path, text: &Path) -> PathBuf {
    let mut path = at.parent().unwrap_or(at).to_owned();
    for part in text.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(path.pop()),
            Component::RootDir | Component::Prefix(_) | Component::Normal(_) => path.push(part),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_where_its_text_says() {
        let rows = [
            ("b", "/models/a/b"),
            ("./b/../c", "/models/a/c"),
            ("../../blobs/b", "/blobs/b"),
            ("../../../../b", "/b"),
            ("/data/b", "/data/b"),
        ];
        for (text, expected) in rows {
            assert_eq!(leads_to(Path::new("/models/a/link"), Path::new(text)), Path::new(expected), "{text}");
        }
    }
}
