//! The report as a person reads it.

use crate::finding::Finding;
use crate::report::{Report, Wanted, found};
use diagnosis::check::FILE_NOT_UPLOADED;
use diagnosis::{Diagnosis, Severity, Style, print};
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

/// What `up` says of a project.
#[derive(Debug)]
pub struct BeforeUp {
    /// Files that it has here and would not have in Azure: it will serve, so that this is not to be missed.
    pub not_uploaded: Vec<Diagnosis>,
    /// The count of all findings, and how to see what it counts. `None`: nothing was found.
    pub count: Option<String>,
}

/// `command`: the `check` of the same files.
pub fn before_up(survey: &Survey, command: &str) -> BeforeUp {
    let found = found(survey, Wanted::All);
    let any = found.iter().any(|it| it.severity() != Severity::Note);
    let count = any.then(|| format!("{}; see {command}", counted(found.iter())));
    let not_uploaded = found.into_iter().map(|it| it.diagnosis).filter(|it| it.code == FILE_NOT_UPLOADED);
    BeforeUp { not_uploaded: not_uploaded.collect(), count }
}

/// `check: 0 errors, 2 warnings`
fn counted<'a>(findings: impl Iterator<Item = &'a Finding> + Clone) -> String {
    let of = |severity, word: &str| {
        let count = findings.clone().filter(|it| it.severity() == severity).count();
        format!("{count} {word}{}", if count == 1 { "" } else { "s" })
    };
    format!("check: {}, {}", of(Severity::Error, "error"), of(Severity::Warning, "warning"))
}
