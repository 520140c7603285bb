//! What a plain scalar means: the YAML 1.1 resolver of PyYAML's `safe_load`, which az uses.

use super::Value;

pub fn resolve(text: &str) -> Value {
    constant(text)
        .or_else(|| int(text).map(Value::Int))
        .or_else(|| float(text).map(Value::Float))
        .or_else(|| is_date(text).then(|| Value::Date(text.to_owned())))
        .unwrap_or_else(|| Value::Text(text.to_owned()))
}

fn constant(text: &str) -> Option<Value> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(Value::Bool(true)),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(Value::Bool(false)),
        _ => None,
    }
}

/// `12`, `1_000`, `0b101`, `0755` (octal), `0x1F`, `12:30:45` (base 60).
pub fn int(text: &str) -> Option<i64> {
    let (sign, body) = split_sign(text);
    let digits = body.replace('_', "");
    let radix = |prefix: &str, allowed: fn(char) -> bool, radix: u32| {
        let rest = body.strip_prefix(prefix).filter(|rest| !rest.is_empty() && rest.chars().all(allowed))?;
        i64::from_str_radix(&rest.replace('_', ""), radix).ok()
    };
    let found = radix("0b", |c| matches!(c, '0' | '1' | '_'), 2)
        .or_else(|| radix("0x", |c| c.is_ascii_hexdigit() || c == '_', 16))
        .or_else(|| radix("0", |c| matches!(c, '0'..='7' | '_'), 8))
        .or_else(|| decimal(body).then(|| digits.parse().unwrap_or(i64::MAX)))
        .or_else(|| base_60(body))?;
    Some(sign * found)
}

fn decimal(body: &str) -> bool {
    body == "0" || (starts(body, '1'..='9') && body.chars().all(|c| c.is_ascii_digit() || c == '_'))
}

fn base_60(body: &str) -> Option<i64> {
    let (first, rest) = body.split_once(':')?;
    let sixty = |part: &str| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
    (decimal(first) && first != "0" && rest.split(':').all(sixty)).then_some(())?;
    let first = first.replace('_', "").parse::<i64>().ok()?;
    rest.split(':').try_fold(first, |sum, part| sum.checked_mul(60)?.checked_add(part.parse().ok()?))
}

/// `1.5`, `.5`, `1.5e+3` (the sign is needed), `.inf`, `.nan`. `1e3` is a string.
fn float(text: &str) -> Option<f64> {
    let (sign, body) = split_sign(text);
    match body {
        ".inf" | ".Inf" | ".INF" => return Some(f64::from(sign as i32) * f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" if body.len() == text.len() => return Some(f64::NAN),
        _ => {}
    }
    let (mantissa, exponent) = body.split_once(['e', 'E']).map_or((body, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.')?;
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit() || c == '_');
    let shape = if whole.is_empty() {
        body.len() == text.len() && starts(fraction, '0'..='9')
    } else {
        starts(whole, '0'..='9')
    };
    let tail = exponent.is_none_or(|e| e.len() > 1 && e.starts_with(['+', '-']) && digits(&e[1..]) && !e.contains('_'));
    (shape && tail && digits(whole) && digits(fraction)).then(|| text.replace('_', "").parse().ok()).flatten()
}

/// `2024-01-02`, or with a time behind it.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits =
        |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let plain = digits(0..4) && digits(5..7) && digits(8..10) && bytes[4] == b'-' && bytes[7] == b'-';
    let timed = |rest: &str| rest.starts_with(['T', 't', ' ']) && rest.matches(':').count() >= 2;
    plain && (bytes.len() == 10 || text.get(10..).is_some_and(timed))
}

fn split_sign(text: &str) -> (i64, &str) {
    match text.strip_prefix('-') {
        Some(body) => (-1, body),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn starts(text: &str, range: std::ops::RangeInclusive<char>) -> bool {
    text.starts_with(|c| range.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What PyYAML 6.0.3 answers.
    #[test]
    fn scalars_read_as_pyyaml_reads_them() {
        let rows = [
            ("yes", Value::Bool(true)),
            ("y", Value::Text("y".into())),
            ("Off", Value::Bool(false)),
            ("0755", Value::Int(493)),
            ("0o755", Value::Text("0o755".into())),
            ("089", Value::Text("089".into())),
            ("1_000", Value::Int(1000)),
            ("-0x1F", Value::Int(-31)),
            ("12:30:45", Value::Int(45045)),
            ("1e3", Value::Text("1e3".into())),
            ("1.0e+3", Value::Float(1000.0)),
            ("1.5", Value::Float(1.5)),
            (".5", Value::Float(0.5)),
            ("1.", Value::Float(1.0)),
            ("1.2.3", Value::Text("1.2.3".into())),
            ("2024-01-02", Value::Date("2024-01-02".into())),
            ("~", Value::Null),
            ("", Value::Null),
        ];
        for (text, expected) in rows {
            assert_eq!(resolve(text), expected, "{text}");
        }
    }
}
