//! `-o table`, as az lays one out.

use super::tsv::cell;
use diagnosis::{Diagnosis, local};
use serde_json::Value;

/// az leaves them out of tables.
const SKIPPED: [&str; 3] = ["id", "type", "etag"];

pub fn table(value: &Value) -> Result<String, Diagnosis> {
    let items = value.as_array().map_or_else(|| vec![value], |all| all.iter().collect());
    let rows: Vec<Row> = items.iter().map(|item| row(item)).collect();
    let mut columns: Vec<String> = vec![];
    for (name, _) in rows.iter().flatten() {
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    if columns.is_empty() && !rows.is_empty() {
        return Err(Diagnosis::error(local::TABLE_UNAVAILABLE, ""));
    }
    Ok(laid_out(&columns, &rows))
}

/// Column and cell.
type Row = Vec<(String, String)>;

fn row(item: &Value) -> Row {
    match item {
        Value::Object(map) => {
            let shown = map.iter().filter(|(key, value)| is_shown(key, value));
            shown.map(|(key, value)| (capitalised(key), cell(value))).collect()
        }
        Value::Array(values) => {
            values.iter().enumerate().map(|(at, value)| (format!("Column{}", at + 1), whole(value))).collect()
        }
        scalar => vec![("Result".to_owned(), cell(scalar))],
    }
}

fn is_shown(key: &str, value: &Value) -> bool {
    !SKIPPED.contains(&key) && !matches!(value, Value::Null | Value::Array(_) | Value::Object(_))
}

fn capitalised(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn whole(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Array(_) | Value::Object(_) => value.to_string(),
        scalar => cell(scalar),
    }
}

fn laid_out(columns: &[String], rows: &[Row]) -> String {
    let cells = |row: &Row| -> Vec<String> {
        let of = |column: &String| row.iter().find(|(name, _)| name == column).map(|(_, cell)| cell.replace('\n', " "));
        columns.iter().map(|column| of(column).unwrap_or_default()).collect()
    };
    let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
    let length = |text: &String| text.chars().count();
    let width =
        |at: usize| rows.iter().map(|row| length(&row[at])).chain([length(&columns[at]) + 2]).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let lines = [columns.to_vec(), rule].into_iter().chain(rows);
    lines.map(|line| padded(&line, &widths) + "\n").collect()
}

fn padded(cells: &[String], widths: &[usize]) -> String {
    let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
    padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}
