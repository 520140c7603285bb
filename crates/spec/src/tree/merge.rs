//! Merge keys and duplicate keys, as PyYAML treats them: own keys win over merged ones, the last duplicate wins.

use super::build::Overridden;
use super::{Entry, Node, Value};
use crate::source::At;
use std::collections::{HashMap, HashSet};

/// `true`: the key is a plain `<<`.
type Written = (bool, Node, Node);

/// The entries of one mapping. Error: the place of a `<<` that has nothing to merge.
pub fn flatten(written: Vec<Written>, overridden: &mut Vec<Overridden>) -> Result<Vec<Entry>, At> {
    let (mut merged, mut own) = (vec![], vec![]);
    for (merges, key, value) in written {
        if merges { merged.extend(sources(value, &key.at)?) } else { own.push(Entry { key, value }) }
    }
    let mut entries = Entries::default();
    for entry in merged {
        entries.add_if_absent(entry);
    }
    for entry in own {
        overridden.extend(entries.put(entry));
    }
    Ok(entries.list)
}

fn sources(value: Node, at: &At) -> Result<Vec<Entry>, At> {
    match value.value {
        Value::Map(entries) => Ok(entries),
        Value::List(items) if items.iter().all(Node::is_map) => {
            Ok(items.into_iter().flat_map(|item| item.entries().to_vec()).collect())
        }
        _ => Err(at.clone()),
    }
}

#[derive(Default)]
struct Entries {
    list: Vec<Entry>,
    index: HashMap<String, usize>,
    /// Names that were written here, not merged in.
    own: HashSet<String>,
}

impl Entries {
    fn add_if_absent(&mut self, entry: Entry) {
        let name = entry.name().into_owned();
        if !self.index.contains_key(&name) {
            self.index.insert(name, self.list.len());
            self.list.push(entry);
        }
    }

    /// To override a merged key is what merging is for; an own key that is overridden is handed back.
    fn put(&mut self, entry: Entry) -> Option<Overridden> {
        let name = entry.name().into_owned();
        let twice = !self.own.insert(name.clone());
        let Some(at) = self.index.get(&name).copied() else {
            self.add_if_absent(entry);
            return None;
        };
        let by = entry.key.at.clone();
        let old = std::mem::replace(&mut self.list[at], entry);
        twice.then_some(Overridden { key: old.key, by })
    }
}
