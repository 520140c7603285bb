//! SARIF for code scanning, JUnit for test reports.

use crate::finding::Finding;
use crate::report::{Checked, Report};
use crate::table::ROWS;
use diagnosis::{Row, Severity};
use serde_json::{Value, json};
use std::fmt::Write;

/// SARIF 2.1.0.
pub fn sarif(report: &Report) -> Value {
    let used = |id: &str| report.findings().any(|it| it.row.id == id);
    let rules: Vec<Value> = ROWS.iter().filter(|row| used(row.id)).map(rule).collect();
    let results: Vec<Value> = report.findings().map(result).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "local-endpoint", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "results": results,
        }],
    })
}

fn rule(row: &crate::Row) -> Value {
    let mut rule = json!({ "id": row.id, "name": row.code.name() });
    if !row.code.row().doc.is_empty() {
        rule["helpUri"] = Row::address(row.code.row().doc).into();
    }
    rule
}

fn result(finding: &Finding) -> Value {
    let (line, column) = finding.position();
    let uri = finding.file.to_string_lossy().replace('\\', "/");
    let mut location = json!({ "physicalLocation": { "artifactLocation": { "uri": uri } } });
    if let Some(line) = line {
        location["physicalLocation"]["region"] = json!({ "startLine": line, "startColumn": column.unwrap_or(1) });
    }
    json!({
        "ruleId": finding.row.id,
        "level": match finding.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        "message": { "text": format!("{}\n{}", finding.diagnosis.headline(), finding.diagnosis.advice()) },
        "locations": [location],
    })
}

/// A test suite per file; what ends with exit code 1 is a failure, everything else is its output.
pub fn junit(report: &Report) -> String {
    let mut text =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"local-endpoint check\">\n");
    for file in &report.files {
        suite(file, report.strict, &mut text);
    }
    text + "</testsuites>\n"
}

fn suite(file: &Checked, strict: bool, text: &mut String) {
    let fails = |it: &&Finding| it.severity() == Severity::Error || strict && it.severity() == Severity::Warning;
    let (name, failures) = (escaped(&file.file.to_string_lossy()), file.findings.iter().filter(fails).count());
    let tests = file.findings.len().max(1);
    let _ = writeln!(text, "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\">");
    if file.findings.is_empty() {
        let _ = writeln!(text, "    <testcase classname=\"{name}\" name=\"check\"/>");
    }
    for finding in &file.findings {
        case(&name, finding, fails(&finding), text);
    }
    let _ = writeln!(text, "  </testsuite>");
}

fn case(file: &str, finding: &Finding, fails: bool, text: &mut String) {
    let message = escaped(finding.diagnosis.headline());
    let line = finding.position().0.map(|line| format!(" line {line}")).unwrap_or_default();
    let name = format!("{} {}{line}", finding.row.id, finding.diagnosis.code.name());
    let advice = escaped(finding.diagnosis.advice());
    let _ = writeln!(text, "    <testcase classname=\"{file}\" name=\"{name}\">");
    let _ = if fails {
        writeln!(text, "      <failure message=\"{message}\">{advice}</failure>")
    } else {
        writeln!(text, "      <system-out>{message}\n{advice}</system-out>")
    };
    let _ = writeln!(text, "    </testcase>");
}

fn escaped(text: &str) -> String {
    let plain = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    plain.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}
