//! Scalars that YAML 1.1 (PyYAML, and so az) and YAML 1.2 (most editors and newer parsers) read differently.

use super::{Value, scalar};

/// What YAML 1.2 makes of a plain scalar, when it is not what 1.1 makes of it.
pub fn differently(text: &str, read: &Value) -> Option<&'static str> {
    let octal = |text: &str| text.strip_prefix("0o").is_some_and(|it| scalar::int(&format!("0{it}")).is_some());
    match read {
        Value::Bool(_) if !text.eq_ignore_ascii_case("true") && !text.eq_ignore_ascii_case("false") => Some("a string"),
        Value::Int(_) if text.contains(['_', ':']) || text.contains("0b") => Some("a string"),
        Value::Int(_) if octal_of_old(text) => Some("a decimal number"),
        Value::Float(_) if text.contains('_') => Some("a string"),
        Value::Text(_) if octal(text) => Some("a number"),
        Value::Text(_) if exponent(text) => Some("a number"),
        _ => None,
    }
}

/// `0755`
fn octal_of_old(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']);
    digits.len() > 1 && digits.starts_with('0') && digits.chars().all(|c| c.is_ascii_digit())
}

/// `1e3`: a float to 1.2 only.
fn exponent(text: &str) -> bool {
    let number = text.trim_start_matches(['-', '+']);
    let plain = number.starts_with(|c: char| c.is_ascii_digit()) && number.contains(['e', 'E']);
    plain && number.chars().all(|c| c.is_ascii_digit() || ".eE+-".contains(c)) && number.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_versions_read_differently_is_named() {
        let differ = ["yes", "On", "off", "0755", "0o755", "1_000", "12:30:45", "0b11", "1e3", "1_0.5"];
        let same = ["true", "False", "755", "0", "0x1F", "1.5", "y", "n", "hello", "1.0e+3", "e3", "2024-01-02", "~"];
        for text in differ {
            assert!(differently(text, &scalar::resolve(text)).is_some(), "{text}");
        }
        for text in same {
            assert_eq!(differently(text, &scalar::resolve(text)), None, "{text}");
        }
    }
}
