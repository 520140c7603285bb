//! A word in, what it means out.

use crate::azure::{Row, catalogue};
use crate::entry::Entry;
use crate::key::{KeyEntry, keys};
use crate::own;
use serde::Serialize;

/// All that has the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    pub entries: Vec<Entry>,
    pub keys: Vec<KeyEntry>,
}

/// `Err`: nothing has this name; the names that were probably meant, at most five.
pub fn look_up(query: &str) -> Result<Answer, Vec<String>> {
    let name = plain(query);
    let entries = entries(&name);
    let keys = if entries.is_empty() { found_keys(&name) } else { vec![] };
    if entries.is_empty() && keys.is_empty() { Err(near(&name)) } else { Ok(Answer { entries, keys }) }
}

/// As names are compared: an anchor, a heading and a code in any letter case are the same word.
fn plain(query: &str) -> String {
    let query = query.trim().trim_start_matches('#').to_lowercase();
    let query = query.strip_prefix("error:").map(str::trim).unwrap_or(&query);
    let query = query.strip_prefix("error-").unwrap_or(query);
    query.replace(' ', "-")
}

fn entries(name: &str) -> Vec<Entry> {
    let azure = catalogue().rows.iter().filter(|row| is(row, name)).map(Entry::of_azure);
    let status = name.bytes().all(|byte| byte.is_ascii_digit());
    let of_status = |code: &str| status && code.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
    let own = own::codes().filter(|code| code.name().to_lowercase() == name || of_status(code.name()));
    azure.chain(own.map(Entry::of_own)).collect()
}

/// A status code brings its cases with it: 429 is two things.
fn is(row: &Row, name: &str) -> bool {
    let case = row.of.as_deref().is_some_and(|of| of == name && of.bytes().all(|byte| byte.is_ascii_digit()));
    row.name.to_lowercase() == name || case
}

/// The whole path, else every key whose path ends so.
fn found_keys(name: &str) -> Vec<KeyEntry> {
    let name = name.replace('-', "_");
    let all = keys();
    let like = |end: bool| {
        let is = |key: &KeyEntry| {
            let path = key.key.to_lowercase().replace('-', "_");
            path == name || end && path.ends_with(&format!(".{name}"))
        };
        all.iter().filter(|key| is(key)).cloned().collect::<Vec<_>>()
    };
    let whole = like(false);
    if whole.is_empty() { like(true) } else { whole }
}

fn near(name: &str) -> Vec<String> {
    let names = names();
    let mut within: Vec<String> = vec![];
    for known in names.iter().filter(|known| name.len() > 2 && known.to_lowercase().contains(name)) {
        // The last word of a path that stands there already says nothing more.
        if within.len() < 5 && !within.iter().any(|other| other.ends_with(&format!(".{known}"))) {
            within.push(known.clone());
        }
    }
    if within.is_empty() {
        within.extend(spec::nearest(name, names.iter().map(String::as_str)).map(str::to_owned));
    }
    within
}

fn names() -> Vec<String> {
    let mut names: Vec<String> = catalogue().rows.iter().map(|row| row.name.clone()).collect();
    names.extend(own::codes().map(|code| code.name().to_owned()));
    names.extend(keys().into_iter().map(|key| key.key));
    // The last word of a path is what people remember.
    let ends: Vec<String> =
        names.iter().filter_map(|name| name.rsplit_once('.')).map(|(_, end)| end.to_owned()).collect();
    names.extend(ends);
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}
