//! The document of `-o json`.

use crate::finding::Finding;
use crate::report::{Checked, Report};
use serde_json::{Value, json};

impl Report {
    pub fn document(&self) -> Value {
        json!({
            "schema_version": model::SCHEMA_VERSION,
            "files": self.files.iter().map(file).collect::<Vec<_>>(),
        })
    }
}

fn file(checked: &Checked) -> Value {
    json!({
        "file": checked.file,
        "kind": checked.kind,
        "verdict": if checked.rejected { "rejected" } else { "accepted" },
        "document": checked.document,
        "findings": checked.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn finding(finding: &Finding) -> Value {
    let (line, column) = finding.position();
    json!({
        "id": finding.row.id,
        "severity": finding.severity(),
        "message": finding.diagnosis.headline(),
        "line": line,
        "column": column,
        "remedy": finding.diagnosis.advice(),
        "evidence": finding.evidence(),
    })
}
