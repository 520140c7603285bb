//! Where the cause stands.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The lines around a fault, taken when it was found, so that the printer reads no file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snippet {
    /// The text of the line, without its end.
    pub line: String,
    /// How many characters of it the caret underlines, from `column` on.
    pub length: usize,
    /// The words under the caret; may be empty.
    pub label: String,
}

/// A position a person can go to. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    Yaml {
        file: PathBuf,
        line: usize,
        column: usize,
        snippet: Option<Snippet>,
    },
    /// A line of a file, its text unknown.
    Source {
        file: PathBuf,
        line: usize,
    },
    /// A whole file.
    File(PathBuf),
    /// A command line flag, as typed.
    Flag(String),
    /// A pointer into a JSON document (the ARM form).
    JsonPointer(String),
}
