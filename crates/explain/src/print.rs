//! Explanations as a person reads them, in the manner of `diagnosis`'s printer.

use crate::azure::{Here, Kind};
use crate::entry::Entry;
use crate::key::KeyEntry;
use crate::look_up::Answer;
use diagnosis::Origin;

/// More than so many keys of one name are listed, not explained.
const FULL: usize = 3;

/// The whole answer, a blank line between explanations. No line end at its end.
pub fn print(answer: &Answer) -> String {
    let entries = answer.entries.iter().map(|entry| entry_text(entry, None));
    let keys = if answer.keys.len() > FULL {
        vec![key_list(&answer.keys)]
    } else {
        answer.keys.iter().map(key_text).collect()
    };
    entries.chain(keys).collect::<Vec<_>>().join("\n\n")
}

/// One error; `said` are the words that gave it away.
pub(crate) fn entry_text(entry: &Entry, said: Option<&str>) -> String {
    let mut lines = vec![format!("{}: {}", entry.name, entry.title)];
    let mut add = |name: &str, value: &str| {
        if !value.is_empty() {
            lines.push(format!("  = {name}: {value}"));
        }
    };
    add("said", said.unwrap_or_default());
    add("a case of", entry.of.as_deref().unwrap_or_default());
    add("origin", origin(entry));
    add("cause", &entry.cause);
    add(here(entry.here), &entry.raised_locally);
    add("code here", &codes(entry));
    add("exit code", &entry.exit_code.map(|code| code.to_string()).unwrap_or_default());
    add("help", &entry.remedy);
    add("in Azure", entry.command.as_deref().unwrap_or_default());
    add("cases", &entry.cases.join(", "));
    add("see", entry.see.as_deref().unwrap_or_default());
    lines.join("\n")
}

fn origin(entry: &Entry) -> &'static str {
    match (entry.origin, entry.kind) {
        (Origin::Local, _) => "local-endpoint",
        (Origin::Azure, None | Some(Kind::Both)) => "Azure",
        (Origin::Azure, Some(Kind::Managed)) => "Azure, managed endpoints",
        (Origin::Azure, Some(Kind::Kubernetes)) => "Azure, Kubernetes endpoints",
    }
}

fn here(here: Here) -> &'static str {
    match here {
        Here::Reproduced => "raised here by",
        Here::Check => "found here by",
        Here::Cloud => "raised here",
    }
}

/// Only where it is raised under another name.
fn codes(entry: &Entry) -> String {
    if entry.codes == [entry.name.clone()] { String::new() } else { entry.codes.join(", ") }
}

fn key_text(key: &KeyEntry) -> String {
    let mut lines = vec![format!("{}: {}", key.key, key.what)];
    let mut add = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            lines.push(format!("  = {name}: {value}"));
        }
    };
    add("key of", Some(&key.of.join(", ")));
    add("value", (key.value != "-").then_some(&key.value));
    add("required", key.required.then_some("yes"));
    add("default", key.default);
    add("unit", key.unit);
    add("range", key.range);
    add("here", Some(key.verdict));
    add("evidence", key.evidence.as_deref());
    lines.join("\n")
}

fn key_list(keys: &[KeyEntry]) -> String {
    let lines = keys.iter().map(|key| format!("  {}: {} ({})", key.key, key.what, key.of.join(", ")));
    format!(
        "{} keys have this name; ask for one by its whole path:\n{}",
        keys.len(),
        lines.collect::<Vec<_>>().join("\n")
    )
}
