//! YAML keys, from the table that the loader itself goes by.

use serde::Serialize;
use spec::{KeyRow, Verdict};

/// One key at one place of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyEntry {
    /// Dotted, from the top of the file; `*` is a name of one's own, `[]` an item of a list.
    pub key: String,
    /// The kinds of files it may stand in.
    pub of: Vec<&'static str>,
    pub what: &'static str,
    pub value: String,
    pub required: bool,
    pub default: Option<&'static str>,
    pub unit: Option<&'static str>,
    pub range: Option<&'static str>,
    /// What becomes of it here.
    pub verdict: &'static str,
    /// How a key of a former schema is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// Every key of the four kinds and of the overlay; one that several kinds share stands there once.
pub fn keys() -> Vec<KeyEntry> {
    let mut found: Vec<KeyEntry> = vec![];
    for key in spec::keys().into_iter().map(entry) {
        match found.iter_mut().find(|known| same(known, &key)) {
            Some(known) => known.of.extend(key.of),
            None => found.push(key),
        }
    }
    found
}

/// All but the kinds of files.
fn same(one: &KeyEntry, other: &KeyEntry) -> bool {
    KeyEntry { of: vec![], ..one.clone() } == KeyEntry { of: vec![], ..other.clone() }
}

fn entry(row: KeyRow) -> KeyEntry {
    let KeyRow { kind, path, value, required, verdict, doc, default, unit, range, evidence } = row;
    let (of, verdict) = (vec![kind.name()], said(verdict));
    KeyEntry { key: path, of, what: doc, value, required, default, unit, range, verdict, evidence }
}

fn said(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Honoured => "honoured: it does here what it does in Azure",
        Verdict::Describes => "kept: it changes nothing that runs, here or in Azure",
        Verdict::NoLocalMeaning => "no local meaning: taken, and said once",
        Verdict::Dropped => "dropped when the file is read, as az does",
        Verdict::Refused => "refused, as az does: a key of a former schema",
    }
}
