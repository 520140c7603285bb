//! The text of `get-logs`.

use crate::table::{equal, run};
use semantics::get_logs::{Happened, Start, head};
use serde::Deserialize;

pub const TABLES: &[&str] = &["get_logs"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    start: Which,
    /// Name, message, time.
    events: Vec<[String; 3]>,
    expected: String,
}

#[derive(Deserialize)]
enum Which {
    InProgress,
    Succeeded,
}

#[test]
fn layout() {
    run("get_logs", |row: Row| {
        let happened = |[name, message, time]: [String; 3]| Happened { name, message, time };
        let happened: Vec<_> = row.events.into_iter().map(happened).collect();
        let start = match row.start {
            Which::InProgress => Start::InProgress,
            Which::Succeeded => Start::Succeeded,
        };
        equal(head(start, &happened).join("\n") + "\n", row.expected)
    });
}
