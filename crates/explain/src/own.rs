//! The codes of this emulator.

use crate::azure::catalogue;
use diagnosis::{ALL, Code, Exit};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Sentences for the codes whose every occurrence words its own headline.
static TITLES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../fixtures/explain/own.toml"))
        .expect("fixtures/explain/own.toml is held by tests")
});

/// Those that Azure's catalogue does not have.
pub fn codes() -> impl Iterator<Item = Code> {
    all().filter(|code| !catalogue().rows.iter().any(|row| row.name == code.name()))
}

pub fn all() -> impl Iterator<Item = Code> {
    ALL.iter().flat_map(|rows| rows.iter().copied()).map(Code::of)
}

pub fn title(code: Code) -> String {
    let row = code.row();
    match TITLES.get(row.code) {
        _ if !row.title.is_empty() => row.title.to_owned(),
        Some(title) => title.clone(),
        None => "the message says what it is about".into(),
    }
}

/// `None`: a note, which ends nothing.
pub fn exit_code(code: Code) -> Option<u8> {
    let exit = code.row().exit;
    (exit != Exit::Ok).then_some(exit as u8)
}
