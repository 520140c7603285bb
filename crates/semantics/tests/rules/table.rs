//! `[[row]]`s: five columns that every rule has, and the rule's own.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<toml::Table>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Evidence {
    Documented,
    Seen,
    Measured,
    Inferred,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Provenance {
    situation: String,
    source: String,
    #[serde(rename = "evidence")]
    _evidence: Evidence,
    date: String,
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/semantics")
}

/// The tables there are, sorted, without `.toml`.
pub fn names() -> Vec<String> {
    let files = std::fs::read_dir(folder()).expect("the folder of tables").map(|file| file.expect("a file").path());
    let tables = files.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    let mut names: Vec<_> = tables.map(|path| path.file_stem().expect("a name").display().to_string()).collect();
    names.sort();
    names
}

/// Runs every row; all rows that fail are told at once.
pub fn run<T: DeserializeOwned>(name: &str, check: impl Fn(T) -> Result<(), String>) {
    let text = std::fs::read_to_string(folder().join(format!("{name}.toml"))).expect("the table");
    let table: Table = toml::from_str(&text).expect("rows");
    let faults: Vec<_> = table.row.into_iter().filter_map(|row| fault(name, row, &check)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn fault<T: DeserializeOwned>(
    name: &str,
    mut row: toml::Table,
    check: impl Fn(T) -> Result<(), String>,
) -> Option<String> {
    let common = ["situation", "source", "evidence", "date"];
    let provenance: toml::Table = common.iter().filter_map(|column| row.remove_entry(*column)).collect();
    let provenance: Provenance = provenance.try_into().expect("situation, source, evidence and date of a row");
    assert!(!provenance.source.is_empty() && provenance.date.len() == 10, "{name}: {provenance:?}");
    let told = |fault: String| format!("{name}: {}: {fault}", provenance.situation);
    match row.try_into() {
        Ok(row) => check(row).err().map(told),
        Err(error) => Some(told(error.to_string())),
    }
}

/// `Ok` where the two are equal.
pub fn equal<T: PartialEq + std::fmt::Debug>(found: T, expected: T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("\n     found {found:?}\n  expected {expected:?}")) }
}
