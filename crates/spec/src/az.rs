//! The verdict of az's own loader, without what the service or this machine would say.

use crate::check::{lenient_bool, lenient_float, lenient_int, one_of, one_of_camel};
use crate::classify::{Class, classify};
use crate::discover::parse;
use crate::files::Files;
use crate::schema::{Block, Fate, Form};
use crate::survey::survey;
use crate::tree::{Entry, Node, Value};
use crate::written;
use diagnosis::{Diagnosis, Severity};
use model::LoadRequest;
use serde_json::{Map, Value as Json};
use std::path::Path;

/// What az makes of one file: the values as it keeps them. Errors: why its loader refuses the file.
pub fn as_az_loads(path: &Path) -> Result<Json, Vec<Diagnosis>> {
    let request = LoadRequest { path: path.to_owned(), ..LoadRequest::default() };
    let survey = survey(&request).map_err(|fault| vec![*fault])?;
    let refused: Vec<Diagnosis> = survey.of_loader().filter(|it| it.severity == Severity::Error).cloned().collect();
    if refused.is_empty() { Ok(values(path)) } else { Err(refused) }
}

fn values(path: &Path) -> Json {
    let document = Files::default().open(path).ok().and_then(|source| parse(&source).ok());
    let Some(document) = document else { return Json::Null };
    let root = &document.root;
    let block = match classify(root) {
        Class::Endpoint => written::endpoint::block(root),
        _ => written::deployment::block(root),
    };
    let mut values = map(root, block);
    if let Some(Json::String(name)) = values.get_mut("name") {
        *name = name.to_lowercase();
    }
    Json::Object(values)
}

fn map(node: &Node, block: &'static Block) -> Map<String, Json> {
    let one = |entry: &Entry| {
        let key = block.key(&entry.name()).filter(|key| key.fate != Fate::ReadOnly)?;
        Some((entry.name().into_owned(), value(&entry.value, &key.form)))
    };
    node.entries().iter().filter_map(one).collect()
}

/// A value as az stores it: numbers, booleans and enums in one spelling.
fn value(node: &Node, form: &'static Form) -> Json {
    match form {
        Form::Int => lenient_int(node).into(),
        Form::Rate => lenient_float(node).into(),
        Form::Bool => lenient_bool(node).into(),
        Form::OneOf(allowed) => node.text().and_then(|text| one_of(text, allowed)).into(),
        Form::OneOfCamel(allowed) => node.text().and_then(|text| one_of_camel(text, allowed)).into(),
        Form::Version | Form::VersionOrNull if node.value != Value::Null => node.value.python().into(),
        Form::MapOf(form) => {
            let below = node.entries().iter().map(|entry| (entry.name().into_owned(), value(&entry.value, form)));
            Json::Object(below.collect())
        }
        Form::ListOf(form) => node.items().iter().map(|item| value(item, form)).collect(),
        Form::Block(block) | Form::Reference { block, .. } | Form::TextOr(block) if node.is_map() => {
            Json::Object(map(node, block))
        }
        _ => node.json(),
    }
}
