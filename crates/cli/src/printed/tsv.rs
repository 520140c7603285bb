//! `-o tsv`, as az writes it: for scripts, so to the letter.

use serde_json::Value;

pub fn tsv(value: &Value) -> String {
    let items = value.as_array().map_or_else(|| vec![value], |all| all.iter().collect());
    items.into_iter().map(|item| line(item) + "\n").collect()
}

fn line(item: &Value) -> String {
    let joined = |cells: Vec<String>| cells.join("\t");
    match item {
        Value::Object(map) => joined(map.values().map(cell).collect()),
        Value::Array(values) => joined(values.iter().map(cell).collect()),
        Value::Bool(is) => is.to_string(),
        scalar => cell(scalar),
    }
}

/// As Python writes it; of a list how many, of an object nothing.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.len().to_string(),
        Value::Object(_) => String::new(),
    }
}
