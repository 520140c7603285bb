//! `up --inject-error`: errors that Azure alone can raise, as diagnoses. Whatever this machine can raise, it raises itself.

use crate::azure::{Here, Kind, Row, catalogue};
use diagnosis::{Code, Diagnosis, Exit, Origin};
use std::sync::LazyLock;

/// With the headline that Azure gives each of them.
static INJECTABLE: LazyLock<Vec<(&'static Row, diagnosis::Row)>> = LazyLock::new(|| {
    catalogue().rows.iter().filter(|row| fails_a_deployment(row)).map(|row| (row, headline(row))).collect()
});

/// Why a code is not injected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotInjected {
    /// Nothing of this name fails a deployment in the cloud alone.
    Unknown,
    /// It comes from endpoints of the other kind.
    OtherKind(Kind),
}

/// The names, in the order of Microsoft's page.
pub fn injectable() -> impl Iterator<Item = &'static str> {
    INJECTABLE.iter().map(|(row, _)| row.name.as_str())
}

/// What a deployment fails with, in Azure's name and labelled as injected; `code` in any letter case. `kind`: of the
/// endpoint, never both.
///
/// # Errors
/// See [`NotInjected`].
pub fn inject(code: &str, kind: Kind, deployment: &str) -> Result<Diagnosis, NotInjected> {
    let wanted = code.trim().trim_start_matches('#');
    let found = INJECTABLE.iter().find(|(row, _)| row.name.eq_ignore_ascii_case(wanted));
    let (row, headline) = found.ok_or(NotInjected::Unknown)?;
    if row.kind != Kind::Both && row.kind != kind {
        return Err(NotInjected::OtherKind(row.kind));
    }
    let diagnosis = Diagnosis::error(Code::of(headline), format!("{deployment}: {}", row.title));
    let diagnosis = match &row.of {
        Some(_) => diagnosis.fact("case", &row.name),
        None => diagnosis,
    };
    Ok(diagnosis.fact("injected", "by --inject-error: nothing of this has happened, and nothing was started"))
}

/// Statuses, advice and networks are no outcome of a create; nor is what is only a heading for others.
fn fails_a_deployment(row: &Row) -> bool {
    let is_error = |name: &str| name.starts_with(|first: char| first.is_ascii_uppercase());
    row.here == Here::Cloud && is_error(row.of.as_deref().unwrap_or(&row.name))
}

fn headline(row: &'static Row) -> diagnosis::Row {
    let code = row.of.as_deref().unwrap_or(&row.name);
    let exit = if code == "ImageBuildFailure" { Exit::ImageFailed } else { Exit::StartFailed };
    diagnosis::Row { code, origin: Origin::Azure, exit, title: &row.title, remedy: &row.remedy, doc: &row.anchor }
}
