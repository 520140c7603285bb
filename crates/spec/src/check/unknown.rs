//! A key that the schema does not have.

use super::{Checker, Rules};
use crate::schema::{self, Block, former};
use crate::tree::Entry;
use diagnosis::{Diagnosis, spec};
use semantics::nearest::nearest;

impl Checker<'_> {
    pub(super) fn unknown(&self, entry: &Entry, block: &'static Block) {
        let name = entry.name();
        let code = if self.rules == Rules::Azure { spec::UNKNOWN_FIELD } else { spec::OVERLAY_INVALID };
        let found = Diagnosis::error(code, format!("`{name}` is not a key of {}", block.name));
        let (label, remedy) = self.advice(&name, block);
        self.findings.add(&entry.key.at, label, found.remedy(remedy));
    }

    /// The words under the caret, and what to type.
    fn advice(&self, name: &str, block: &'static Block) -> (String, String) {
        if let Some(former) = former::find(block.name, name) {
            return (format!("a key of {}", former.of.words), former.today.to_owned());
        }
        if let Some(path) = elsewhere(name, block, self.root) {
            return ("wrong level".into(), format!("`{name}` belongs under {path}"));
        }
        let known: Vec<&str> = block.all().map(|key| key.name).collect();
        if let Some(meant) = nearest(name, known.iter().copied()) {
            return (format!("did you mean `{meant}`?"), format!("write `{meant}` instead of `{name}`"));
        }
        if let Some(owner) = owner(name, self.root) {
            return ("not in this file".into(), format!("`{name}` is a key of {owner}: write it in that file"));
        }
        ("unknown key".into(), format!("{} takes: {}", block.name, known.join(", ")))
    }
}

/// The place in the same document whose block has this very key.
fn elsewhere(name: &str, block: &'static Block, root: &'static Block) -> Option<String> {
    let generic = ["name", "version", "type", "path", "description", "tags", "properties", "id"];
    if generic.contains(&name) {
        return None;
    }
    let in_root = root.key(name).is_some() && !std::ptr::eq(root, block);
    if in_root {
        return Some(format!("the top level of {}", root.name));
    }
    let owners: Vec<String> = root
        .below()
        .filter(|(_, below)| below.key(name).is_some())
        .map(|(key, _)| format!("`{}:`", key.name))
        .collect();
    (!owners.is_empty()).then(|| owners.join(" or "))
}

/// The kind of file that does have this key at its top level.
fn owner(name: &str, root: &Block) -> Option<&'static str> {
    let kinds = [
        &schema::endpoint::MANAGED,
        &schema::deployment::MANAGED,
        &schema::endpoint::KUBERNETES,
        &schema::deployment::KUBERNETES,
    ];
    kinds.into_iter().find(|kind| kind.name != root.name && kind.key(name).is_some()).map(|kind| kind.name)
}
