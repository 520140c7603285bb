//! A code is a pointer to its row: everything that is always true of an error.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Who says so: Azure itself, or this emulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    Azure,
    Local,
}

/// The documented exit codes of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Ok = 0,
    UserThingFailed = 1,
    Usage = 2,
    NotFound = 3,
    EngineUnavailable = 4,
    ImageFailed = 5,
    StartFailed = 6,
    TimedOut = 7,
    PortConflict = 8,
}

/// One error of the catalogue.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// Stable name: Azure's spelling where Azure has one.
    pub code: &'static str,
    pub origin: Origin,
    pub exit: Exit,
    /// The fixed headline; empty where every occurrence words its own.
    pub title: &'static str,
    /// What a person does about it.
    pub remedy: &'static str,
    /// Where it is documented: an address, or an anchor of Microsoft's troubleshooting page (`#error-...`).
    pub doc: &'static str,
}

const TROUBLESHOOTING: &str = "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints";

impl Row {
    /// The whole address of a `doc`.
    pub fn address(doc: &str) -> String {
        if doc.starts_with('#') { format!("{TROUBLESHOOTING}{doc}") } else { doc.to_owned() }
    }
}

/// The identity of an error. Compare codes, never texts.
#[derive(Clone, Copy)]
pub struct Code(&'static Row);

impl Code {
    pub const fn of(row: &'static Row) -> Self {
        Self(row)
    }

    /// The code of this stable name, when the catalogue has it.
    pub fn named(name: &str) -> Option<Self> {
        crate::ALL.iter().flat_map(|rows| rows.iter()).find(|row| row.code == name).map(|row| Self(row))
    }

    pub const fn row(self) -> &'static Row {
        self.0
    }

    pub const fn name(self) -> &'static str {
        self.0.code
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.0.code == other.0.code
    }
}

impl Eq for Code {}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.code)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| serde::de::Error::custom(format!("unknown code {name}")))
    }
}
