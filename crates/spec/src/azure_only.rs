//! The keys that were written and do something in Azure only.

use crate::classify::Class;
use crate::discover::Parsed;
use crate::schema::{Block, Fate, Form};
use crate::source::{At, Source};
use crate::tree::{Entry, Node};
use crate::written;
use std::fmt;
use std::path::Path;

/// One key without local meaning. What is below it has none either, and is not listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AzureOnly {
    /// The file as messages name it, or the flag that the key came from.
    pub source: String,
    /// From 1; `None` for a flag.
    pub line: Option<usize>,
    /// `model.datastore`
    pub key: String,
    /// What it does in Azure.
    pub doc: &'static str,
}

/// `blue.yml:7: app_insights_enabled: Log to Application Insights`
impl fmt::Display for AzureOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
        write!(f, "{}{line}: {}: {}", self.source, self.key, self.doc)
    }
}

/// In file order.
pub fn azure_only(files: &[Parsed]) -> Vec<AzureOnly> {
    let mut found = vec![];
    for file in files {
        let root = &file.document.root;
        let block = match file.class {
            Class::Endpoint => written::endpoint::block(root),
            _ => written::deployment::block(root),
        };
        below(root, block, "", &mut found);
    }
    found
}

fn below(node: &Node, block: &'static Block, prefix: &str, found: &mut Vec<AzureOnly>) {
    for entry in node.entries() {
        let Some(key) = block.key(&entry.name()) else { continue };
        let path = format!("{prefix}{}", key.name);
        match key.form.block().filter(|_| entry.value.is_map()) {
            _ if key.fate == Fate::AzureOnly => found.push(written_at(entry, path, key.doc)),
            Some(block) => below(&entry.value, block, &format!("{path}."), found),
            None => named(entry, &key.form, &path, found),
        }
    }
}

/// The blocks of a mapping of names.
fn named(entry: &Entry, form: &Form, path: &str, found: &mut Vec<AzureOnly>) {
    let Form::MapOf(Form::Block(block)) = form else { return };
    for one in entry.value.entries() {
        below(&one.value, block, &format!("{path}.{}.", one.name()), found);
    }
}

fn written_at(entry: &Entry, key: String, doc: &'static str) -> AzureOnly {
    let At { source, line, .. } = &entry.key.at;
    match &**source {
        Source::File { shown, .. } => AzureOnly { source: file_name(shown), line: Some(*line), key, doc },
        Source::Flag { typed, .. } => AzureOnly { source: typed.clone(), line: None, key, doc },
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
