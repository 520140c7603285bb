//! JSON Schema (draft 7, what editors know best) from the table of keys. An editor reads YAML 1.2 and is strict where
//! az is lenient: `"2"` for a whole number is taken, too.

use crate::keys::Kind;
use crate::schema::{Block, Fate, Form, Key};
use serde_json::{Map, Value as Json, json};

pub fn json_schema(kind: Kind) -> Json {
    let mut schema = block(kind.block());
    let head = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": kind.block().name,
    });
    let Json::Object(mut head) = head else { return schema };
    if let Json::Object(body) = schema.take() {
        head.extend(body);
    }
    Json::Object(head)
}

fn block(of: &'static Block) -> Json {
    let properties: Map<String, Json> = of.all().map(|key| (key.name.to_owned(), property(key))).collect();
    let required: Vec<&str> = of.all().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = json!({"type": "object", "additionalProperties": false, "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn property(key: &'static Key) -> Json {
    let mut schema = form(&key.form);
    schema["description"] = json!(described(key));
    if let Some(default) = default(key) {
        schema["default"] = default;
    }
    if key.fate == Fate::ReadOnly && key.name != "$schema" {
        schema["readOnly"] = json!(true);
    }
    schema
}

/// What it does, its unit, its range, and what becomes of it here.
fn described(key: &Key) -> String {
    let unit = key.unit.map(|it| format!(" In {it}."));
    let range = key.range.map(|it| format!(" Range: {it}."));
    let here = match key.fate {
        Fate::AzureOnly => Some(" Without effect on this machine.".to_owned()),
        _ => None,
    };
    format!("{}.", key.doc) + &[unit, range, here].into_iter().flatten().collect::<String>()
}

/// A default that is a value, not a description.
fn default(key: &Key) -> Option<Json> {
    let text = key.default?;
    match key.form {
        Form::Int | Form::Rate | Form::Bool => serde_json::from_str(text).ok(),
        Form::OneOf(values) | Form::OneOfCamel(values) if values.contains(&text) => Some(json!(text)),
        Form::Text if !text.contains(' ') => Some(json!(text)),
        _ => None,
    }
}

fn form(of: &'static Form) -> Json {
    match of {
        Form::Text => json!({"type": "string"}),
        Form::Int => json!({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^ *[-+]?[0-9]+ *$"}]}),
        Form::Rate => json!({"type": "number", "minimum": 0, "maximum": 1}),
        Form::Id => json!({"type": "string", "pattern": "^azureml:"}),
        Form::Bool => json!({"type": "boolean"}),
        Form::OneOf(values) | Form::OneOfCamel(values) => spelled(values),
        Form::Version => json!({"type": ["string", "number"]}),
        Form::VersionOrNull => json!({"type": ["string", "number", "null"]}),
        Form::Anything => json!({"type": "object"}),
        Form::MapOf(below) => json!({"type": "object", "additionalProperties": form(below)}),
        Form::ListOf(below) => json!({"type": "array", "items": form(below)}),
        Form::Block(below) => block(below),
        Form::Reference { block: below, file } => {
            let pattern = if *file { "^(azureml:|file:)" } else { "^azureml:" };
            json!({"anyOf": [{"type": "string", "pattern": pattern}, block(below)]})
        }
        Form::TextOr(below) => json!({"anyOf": [{"type": "string"}, block(below)]}),
        Form::PathOrMap => json!({"type": ["string", "object"]}),
        Form::Unchecked | Form::Loose => json!({}),
    }
}

/// The values for completion; other spellings that az takes are let through.
fn spelled(values: &[&str]) -> Json {
    let letter = |c: char| match c {
        '_' => "_?".to_owned(),
        c => format!("[{}{c}]", c.to_ascii_uppercase()),
    };
    let any_case: Vec<String> = values.iter().map(|value| value.chars().map(letter).collect()).collect();
    json!({"anyOf": [{"enum": values}, {"type": "string", "pattern": format!("^({})$", any_case.join("|"))}]})
}
