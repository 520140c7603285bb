//! A scalar with its quotes and its tag, as `safe_load` constructs it.

use super::{Value, scalar};
use saphyr_parser::{ScalarStyle, Tag};

/// Error: why `safe_load` would not take it.
pub fn value(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    match tag {
        None if style == ScalarStyle::Plain && text == "=" => {
            Err("a plain `=` has a meaning of its own in YAML 1.1: put it in quotes".into())
        }
        None if style == ScalarStyle::Plain => Ok(scalar::resolve(text)),
        None => Ok(Value::Text(text.to_owned())),
        Some(tag) if tag.is_yaml_core_schema() => Ok(core(text, &tag.suffix)),
        Some(tag) if tag.handle == "!" && tag.suffix.is_empty() => Ok(Value::Text(text.to_owned())),
        Some(tag) => Err(format!("unknown tag {}{}", tag.handle, tag.suffix)),
    }
}

fn core(text: &str, tag: &str) -> Value {
    match tag {
        "str" => Value::Text(text.to_owned()),
        "null" => Value::Null,
        _ => scalar::resolve(text),
    }
}
