//! What az's loader would say of each file named on stdin, one JSON line for one file: for `tests/differential/run`.

use serde_json::json;
use std::io::{BufRead, Write, stdin, stdout};

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(stdout().lock());
    for path in stdin().lock().lines() {
        let path = path?;
        let line = match spec::as_az_loads(path.as_ref()) {
            Ok(values) => json!({"file": path, "accepted": true, "values": values}),
            Err(faults) => {
                let why: Vec<String> =
                    faults.iter().map(|it| format!("{}: {}", it.code.name(), it.headline())).collect();
                json!({"file": path, "accepted": false, "why": why})
            }
        };
        writeln!(out, "{line}")?;
    }
    out.flush()
}
