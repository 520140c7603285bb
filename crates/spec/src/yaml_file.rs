//! A YAML file that was read, for those who point into it.

use crate::paths;
use crate::source::Source;
use crate::tree::{Entry, Node};
use diagnosis::Place;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A file with the places of its values.
#[derive(Debug)]
pub struct YamlFile {
    pub path: PathBuf,
    pub(crate) source: Rc<Source>,
    pub(crate) root: Node,
}

impl YamlFile {
    /// As messages name it.
    pub fn shown(&self) -> PathBuf {
        paths::shown(&self.path)
    }

    /// The folder that relative paths written in the file start from, absolute.
    pub fn folder(&self) -> &Path {
        self.source.folder()
    }

    /// Where the value of `a.b.c` stands; of its key when the value is a block.
    pub fn place(&self, keys: &[&str], label: &str) -> Option<Place> {
        let entry = self.entry(keys)?;
        let at = if entry.value.is_map() { &entry.key.at } else { &entry.value.at };
        matches!(*at.source, Source::File { .. }).then(|| at.place(label))
    }

    /// The text written for `a.b.c`.
    pub fn text(&self, keys: &[&str]) -> Option<&str> {
        self.entry(keys)?.value.text()
    }

    fn entry(&self, keys: &[&str]) -> Option<&Entry> {
        let (last, above) = keys.split_last()?;
        let block = above.iter().try_fold(&self.root, |node: &Node, key| node.get(key))?;
        block.entry(last)
    }
}
