//! The report as a person reads it.

use crate::finding::Finding;
use crate::report::{Report, Wanted, found};
use diagnosis::{Severity, Style, print};
use spec::Survey;

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
    format!("{text}{} in {files}\n", counted(report.findings()))
}

/// The line of `up` about a project: the count, and how to see what it counts. `None`: nothing was found.
pub fn count_line(survey: &Survey, command: &str) -> Option<String> {
    let found = found(survey, Wanted::All);
    let any = found.iter().any(|it| it.severity() != Severity::Note);
    any.then(|| format!("{}; see {command}", counted(found.iter())))
}

/// `check: 0 errors, 2 warnings`
fn counted<'a>(findings: impl Iterator<Item = &'a Finding> + Clone) -> String {
    let of = |severity, word: &str| {
        let count = findings.clone().filter(|it| it.severity() == severity).count();
        format!("{count} {word}{}", if count == 1 { "" } else { "s" })
    };
    format!("check: {}, {}", of(Severity::Error, "error"), of(Severity::Warning, "warning"))
}
