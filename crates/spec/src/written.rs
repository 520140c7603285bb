//! The second layer: the documents as written, each value with its place. Whatever is missing or wrong here has
//! been reported by the check of the tree and reads as absent.

pub mod assets;
pub mod collector;
pub mod deployment;
pub mod endpoint;
pub mod settings;

use crate::check::{lenient_int, one_of, one_of_camel};
use crate::schema::{Block, Fate};
use crate::source::At;
use crate::tree::{Entry, Node, Value};

/// A value and where it stands.
#[derive(Debug, Clone)]
pub struct Spanned<T> {
    pub value: T,
    pub at: At,
}

/// Typed reading of one mapping.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    pub node: &'a Node,
}

impl<'a> Fields<'a> {
    pub fn text(&self, key: &str) -> Option<Spanned<String>> {
        let node = self.node.get(key)?;
        Some(Spanned { value: node.text()?.to_owned(), at: node.at.clone() })
    }

    /// A version or a property: text, a number or a boolean, as text.
    pub fn scalar(&self, key: &str) -> Option<Spanned<String>> {
        let node = self.node.get(key)?;
        let plain = matches!(node.value, Value::Text(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_));
        plain.then(|| Spanned { value: node.value.python(), at: node.at.clone() })
    }

    pub fn int(&self, key: &str) -> Option<Spanned<i64>> {
        let node = self.node.get(key)?;
        Some(Spanned { value: lenient_int(node)?, at: node.at.clone() })
    }

    pub fn choice(&self, key: &str, allowed: &'static [&'static str]) -> Option<Spanned<&'static str>> {
        let node = self.node.get(key)?;
        let value = one_of(node.text()?, allowed).or_else(|| one_of_camel(node.text()?, allowed))?;
        Some(Spanned { value, at: node.at.clone() })
    }

    pub fn block(&self, key: &str) -> Option<(Fields<'a>, At)> {
        let entry = self.node.entry(key).filter(|entry| entry.value.is_map())?;
        Some((Fields { node: &entry.value }, entry.key.at.clone()))
    }

    /// A mapping of names to whole numbers, in file order.
    pub fn ints(&self, key: &str) -> Option<IntsWritten> {
        let entry = self.node.entry(key).filter(|entry| entry.value.is_map())?;
        let one = |entry: &Entry| {
            let name = Spanned { value: entry.name().into_owned(), at: entry.key.at.clone() };
            Some((name, Spanned { value: lenient_int(&entry.value)?, at: entry.value.at.clone() }))
        };
        Some(IntsWritten { at: entry.key.at.clone(), entries: entry.value.entries().iter().filter_map(one).collect() })
    }
}

#[derive(Debug, Clone)]
pub struct IntsWritten {
    /// The key that opens the mapping.
    pub at: At,
    pub entries: Vec<(Spanned<String>, Spanned<i64>)>,
}

/// Keys that change nothing here, as JSON.
pub type Kept = serde_json::Map<String, serde_json::Value>;

pub fn kept(node: &Node, block: &'static Block) -> Kept {
    let fate = |name: &str| block.key(name).map(|key| key.fate);
    node.json_entries(|name| matches!(fate(name), Some(Fate::Describes | Fate::AzureOnly)))
}
