//! az is lenient about numbers, booleans and the letter case of enums.

use crate::tree::{Node, Value};

/// `"2"` and `3.7` are whole numbers to az; a boolean is none.
pub fn lenient_int(node: &Node) -> Option<i64> {
    match &node.value {
        Value::Int(it) => Some(*it),
        #[allow(clippy::cast_possible_truncation, reason = "az cuts the fraction off, too")]
        Value::Float(it) if it.is_finite() => Some(*it as i64),
        Value::Text(text) => text.trim().replace('_', "").parse().ok(),
        _ => None,
    }
}

pub fn lenient_float(node: &Node) -> Option<f64> {
    match &node.value {
        #[allow(clippy::cast_precision_loss, reason = "a rate between 0 and 1")]
        Value::Int(it) => Some(*it as f64),
        Value::Float(it) => Some(*it),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

pub fn lenient_bool(node: &Node) -> Option<bool> {
    match &node.value {
        Value::Bool(it) => Some(*it),
        Value::Int(0) => Some(false),
        Value::Int(1) => Some(true),
        Value::Text(text) => match text.as_str() {
            "t" | "T" | "true" | "True" | "TRUE" | "on" | "On" | "ON" | "y" | "Y" | "yes" | "Yes" | "YES" | "1" => {
                Some(true)
            }
            "f" | "F" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" | "n" | "N" | "no" | "No" | "NO" | "0" => {
                Some(false)
            }
            _ => None,
        },
        _ => None,
    }
}

/// The value as az stores it: any letter case.
pub fn one_of(written: &str, allowed: &'static [&'static str]) -> Option<&'static str> {
    let lower = written.to_lowercase();
    allowed.iter().copied().find(|value| *value == lower)
}

/// The same where az takes `AMLToken` for `aml_token`; its own way to split the words.
pub fn one_of_camel(written: &str, allowed: &'static [&'static str]) -> Option<&'static str> {
    let snake = snake(written);
    allowed.iter().copied().find(|value| *value == snake)
}

/// `re.sub("(.)([A-Z][a-z]+)", r"\1_\2")`, then `re.sub("([a-z0-9])([A-Z])", r"\1_\2")`, then lower case.
fn snake(camel: &str) -> String {
    let chars: Vec<char> = camel.chars().collect();
    let mut words = String::new();
    let mut at = 0;
    while at < chars.len() {
        words.push(chars[at]);
        at += 1;
        let word = chars.get(at).is_some_and(char::is_ascii_uppercase)
            && chars.get(at + 1).is_some_and(char::is_ascii_lowercase)
            && chars[at - 1] != '\n';
        if word {
            words.push('_');
            words.push(chars[at]);
            at += 1;
            while chars.get(at).is_some_and(char::is_ascii_lowercase) {
                words.push(chars[at]);
                at += 1;
            }
        }
    }
    let mut snake = String::new();
    let mut before = ' ';
    for c in words.chars() {
        if c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
        before = c;
    }
    snake
}
