//! Cases as files: `[[row]]`s of a table, and whole texts. `BLESS=1` writes the texts; read the difference then.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::path::{Path, PathBuf};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<toml::Table>,
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/lifecycle").join(name)
}

/// Runs every row; all rows that fail are told at once.
pub fn rows<T: DeserializeOwned>(name: &str, check: impl Fn(T) -> Result<(), String>) {
    let table: Table = toml::from_str(&std::fs::read_to_string(path(name)).unwrap()).unwrap();
    let faults: Vec<_> = table.row.into_iter().filter_map(|row| fault(row, &check)).collect();
    assert!(faults.is_empty(), "{name}\n{}", faults.join("\n"));
}

fn fault<T: DeserializeOwned>(mut row: toml::Table, check: impl Fn(T) -> Result<(), String>) -> Option<String> {
    let situation = row.remove("situation").expect("every row says its situation").to_string();
    let checked = row.try_into().map_err(|error| error.to_string()).and_then(check);
    checked.err().map(|fault| format!("{situation}: {fault}"))
}

/// `Ok` where the two are equal.
pub fn equal<T: PartialEq + Debug>(found: T, expected: T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("\n     found {found:?}\n  expected {expected:?}")) }
}

/// The whole text, against the file of this name.
pub fn text(name: &str, found: &str) {
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(path(name).parent().unwrap()).unwrap();
        std::fs::write(path(name), found).unwrap();
    }
    let expected = std::fs::read_to_string(path(name)).unwrap_or_default();
    assert!(expected == found, "{name} (BLESS=1 accepts)\n---- expected\n{expected}---- found\n{found}");
}
