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

/// The value as az stores it: any letter case, `AMLToken` for `aml_token`.
pub fn one_of(written: &str, allowed: &'static [&'static str]) -> Option<&'static str> {
    let (lower, snake) = (written.to_lowercase(), snake(written));
    allowed.iter().copied().find(|value| *value == lower || *value == snake)
}

fn snake(camel: &str) -> String {
    let chars: Vec<char> = camel.chars().collect();
    let mut snake = String::new();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let starts_word = before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit())
            || before.is_some_and(char::is_uppercase) && chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && starts_word {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}
