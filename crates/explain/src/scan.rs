//! Pasted error text in, every known error in it out.

use crate::azure::{Row, catalogue};
use crate::entry::Entry;
use crate::own;
use crate::paste::one_line;
use regex::{Regex, RegexBuilder};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// One known error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The words that gave it away.
    pub said: String,
    #[serde(flatten)]
    pub entry: Entry,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Scanned {
    /// What a message tells first, then what only a name or a status code tells; each in the order of the text.
    pub found: Vec<Found>,
    /// Codes of the text that nobody knows here.
    pub unknown: Vec<String>,
}

/// A status as clients and libraries print it. A probe's or the container's own is not the endpoint's answer.
static STATUS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(probe failed with |model-error-)?(?:HTTP/\d(?:\.\d)?|\bHTTP|status(?: ?code|_code)?|returned error|HTTPError|ResponseCode)["']?\s?[:=]?\s?(\d{3})\b"#,
    )
});
static CODE: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?:"code" ?: ?"|\bCode: )([a-z]+)"#));

/// Row by row.
static PATTERNS: LazyLock<Vec<Vec<Regex>>> = LazyLock::new(|| {
    let of = |row: &Row| row.patterns.iter().map(|pattern| regex(pattern)).collect();
    catalogue().rows.iter().map(of).collect()
});

/// Codes of envelopes that say nothing themselves.
const ENVELOPES: &[&str] = &["BadRequest", "UserError", "ValidationError", "None"];

pub fn scan(text: &str) -> Scanned {
    let line = one_line(text);
    let rows = &catalogue().rows;
    let mut told = by_pattern(&line);
    told.sort_by_key(|(at, ..)| *at);
    let families: HashSet<&str> =
        told.iter().flat_map(|(_, row, _)| [Some(row.name.as_str()), row.of.as_deref()]).flatten().collect();
    let mut named = by_name(&line);
    named.extend(by_status(rows, &line));
    named.retain(|(_, entry, _)| !families.contains(entry.name.as_str()));
    named.sort_by_key(|(at, ..)| *at);
    let told = told.iter().map(|(_, row, said)| Found { said: said.clone(), entry: Entry::of_azure(row) });
    let named = named.iter().map(|(_, entry, said)| Found { said: said.clone(), entry: entry.clone() });
    let found: Vec<Found> = told.chain(named).collect();
    let unknown = unknown(&line);
    Scanned { found, unknown }
}

type At<T> = (usize, T, String);

fn by_pattern(line: &str) -> Vec<At<&'static Row>> {
    let first = |patterns: &[Regex]| {
        let hits = patterns.iter().filter_map(|pattern| pattern.find(line));
        hits.map(|hit| (hit.start(), hit.as_str().to_owned())).min()
    };
    let rows = catalogue().rows.iter().zip(PATTERNS.iter());
    rows.filter_map(|(row, patterns)| first(patterns).map(|(at, said)| (at, row, said))).collect()
}

/// Names as whole words, in their own letter case.
fn by_name(line: &str) -> Vec<At<Entry>> {
    let mut words: HashMap<&str, usize> = HashMap::new();
    let mut at = 0;
    for word in line.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        words.entry(bare).or_insert(at);
        at += word.len();
    }
    let azure = catalogue().rows.iter().map(Entry::of_azure);
    let all = azure.chain(own::codes().map(Entry::of_own)).filter(|entry| is_telling(&entry.name));
    all.filter_map(|entry| words.get(entry.name.as_str()).map(|at| (*at, entry.clone(), entry.name.clone()))).collect()
}

/// Two words run together: nobody writes them so by chance.
fn is_telling(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric()) && name.bytes().filter(u8::is_ascii_uppercase).count() > 1
}

/// 429 alone may be either of its two.
fn by_status(rows: &[Row], line: &str) -> Vec<At<Entry>> {
    let mut seen = HashSet::new();
    let hits = STATUS.captures_iter(line).filter(|hit| hit.get(1).is_none());
    let hits = hits.filter_map(|hit| hit.get(0).zip(hit.get(2)));
    let fresh = hits.filter(|(_, status)| status.as_str() != "200" && seen.insert(status.as_str()));
    let mut found = vec![];
    for (whole, status) in fresh {
        let is =
            |row: &&Row| row.name == status.as_str() || status.as_str() == "429" && row.of.as_deref() == Some("429");
        found
            .extend(rows.iter().filter(is).map(|row| (whole.start(), Entry::of_azure(row), whole.as_str().to_owned())));
    }
    found
}

fn unknown(line: &str) -> Vec<String> {
    let known = |code: &str| {
        let like = |name: &str| name.eq_ignore_ascii_case(code);
        catalogue().rows.iter().any(|row| like(&row.name))
            || own::all().any(|own| like(own.name()))
            || ENVELOPES.contains(&code)
    };
    let mut seen = HashSet::new();
    let codes = CODE.captures_iter(line).filter_map(|hit| hit.get(1)).map(|code| code.as_str());
    codes.filter(|code| !known(code) && seen.insert(*code)).map(str::to_owned).collect()
}

/// The data's patterns are held by a test.
fn regex(pattern: &str) -> Regex {
    RegexBuilder::new(pattern).case_insensitive(true).build().expect("a pattern of ours")
}
