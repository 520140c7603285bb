//! The report as a person reads it.

use crate::report::Report;
use diagnosis::{Severity, Style, print};

/// Every finding, then the count.
pub fn human(report: &Report, style: Style) -> String {
    let printed = report.findings().map(|finding| {
        let mut shown = finding.diagnosis.clone();
        shown.facts.retain(|(name, _)| name != "evidence");
        shown = shown.fact("evidence", finding.evidence());
        shown.facts.insert(0, ("id".into(), finding.row.id.into()));
        print(&shown, style) + "\n"
    });
    let text: String = printed.collect();
    let files = if report.files.len() == 1 { "1 file".into() } else { format!("{} files", report.files.len()) };
    format!("{text}{} in {files}\n", count(report))
}

/// `check: 0 errors, 2 warnings`
pub fn count(report: &Report) -> String {
    let of = |severity, word: &str| {
        let count = report.count(severity);
        format!("{count} {word}{}", if count == 1 { "" } else { "s" })
    };
    format!("check: {}, {}", of(Severity::Error, "error"), of(Severity::Warning, "warning"))
}
