//! A document as a tree in which every key and value knows where it was written.

pub mod build;
pub mod json;
pub mod merge;
pub mod scalar;
mod tagged;
pub mod toml;
mod versions;

use crate::source::At;

#[derive(Debug, Clone)]
pub struct Node {
    pub value: Value,
    pub at: At,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    /// A date or time, which YAML 1.1 makes of `2024-01-02`; as written.
    Date(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: Node,
    pub value: Node,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Node {
    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.name() == key)
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn is_map(&self) -> bool {
        matches!(self.value, Value::Map(_))
    }

    /// Values in it, itself included.
    pub fn size(&self) -> usize {
        let below: usize = match &self.value {
            Value::List(items) => items.iter().map(Self::size).sum(),
            Value::Map(entries) => entries.iter().map(|entry| 1 + entry.value.size()).sum(),
            _ => 0,
        };
        1 + below
    }

    /// The text as it stands in the source, as far as one line holds it.
    pub fn written(&self) -> String {
        self.at.written().unwrap_or_else(|| self.value.python())
    }

    /// A short scalar as written, else the kind of the value.
    pub fn described(&self) -> String {
        let written = self.written();
        let collection = matches!(self.value, Value::List(_) | Value::Map(_) | Value::Null);
        if collection || written.len() > 60 || written.is_empty() {
            self.kind().to_owned()
        } else {
            format!("`{written}`")
        }
    }

    /// What the value is, in a person's words.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing (null)",
            Value::Bool(_) => "a boolean",
            Value::Int(_) | Value::Float(_) => "a number",
            Value::Text(_) => "a string",
            Value::Date(_) => "a date",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}

impl Entry {
    /// The key as text; keys that are no text read as PyYAML would print them.
    pub fn name(&self) -> std::borrow::Cow<'_, str> {
        match &self.key.value {
            Value::Text(text) => text.into(),
            other => other.python().into(),
        }
    }
}
