//! The tree as JSON, and as Python prints a value.

use super::{Node, Value};
use serde_json::{Map, Value as Json};

impl Node {
    pub fn json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(it) => Json::Bool(*it),
            Value::Int(it) => Json::from(*it),
            Value::Float(it) => Json::from(*it),
            Value::Text(it) | Value::Date(it) => Json::String(it.clone()),
            Value::List(items) => items.iter().map(Node::json).collect(),
            Value::Map(_) => Json::Object(self.json_entries(|_| true)),
        }
    }

    /// The entries of a mapping whose key is wanted.
    pub fn json_entries(&self, wanted: impl Fn(&str) -> bool) -> Map<String, Json> {
        let chosen = self.entries().iter().filter(|entry| wanted(&entry.name()));
        chosen.map(|entry| (entry.name().into_owned(), entry.value.json())).collect()
    }
}

impl Value {
    /// `str(value)`: what Azure's client makes of a value where text is wanted.
    pub fn python(&self) -> String {
        match self {
            Self::Null => "None".into(),
            Self::Bool(true) => "True".into(),
            Self::Bool(false) => "False".into(),
            Self::Int(it) => it.to_string(),
            Self::Float(it) => format!("{it:?}"),
            Self::Text(it) | Self::Date(it) => it.clone(),
            Self::List(items) => Json::from_iter(items.iter().map(Node::json)).to_string(),
            Self::Map(entries) => {
                Json::from_iter(entries.iter().map(|e| (e.name().into_owned(), e.value.json()))).to_string()
            }
        }
    }
}
