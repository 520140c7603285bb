//! Files: what the storage initializer does with a model, and what an exception says of a path.

use crate::table::{equal, run};
use semantics::nearest_path::nearest_path;
use semantics::path_fault::{PathTrouble, path_fault};
use semantics::unpack::{Archive, archive, asked};
use serde::Deserialize;

pub const TABLES: &[&str] = &["nearest_path", "path_fault", "unpack"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    property: String,
    file: String,
    /// Absent: the file stays as it is.
    expected: Option<String>,
}

#[test]
fn archives() {
    run("unpack", |row: Row| {
        let kind = asked(&row.property).then(|| archive(&row.file)).flatten();
        let found = kind.map(|kind| match kind {
            Archive::Tar => "tar",
            Archive::TarGz => "tar.gz",
            Archive::Zip => "zip",
        });
        equal(found, row.expected.as_deref())
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultRow {
    reason: String,
    /// The trouble and the path; absent: no path.
    expected: Option<[String; 2]>,
}

#[test]
fn faults_of_paths() {
    run("path_fault", |row: FaultRow| {
        let found = path_fault(&row.reason).map(|fault| {
            let trouble = match fault.trouble {
                PathTrouble::Missing => "missing",
                PathTrouble::Closed => "closed",
                PathTrouble::ReadOnly => "read-only",
            };
            [trouble.to_owned(), fault.path]
        });
        equal(found, row.expected)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NearestRow {
    wanted: String,
    existing: Vec<String>,
    /// Absent: nothing is near.
    expected: Option<String>,
    #[serde(default)]
    case_only: bool,
}

#[test]
fn nearest_paths() {
    run("nearest_path", |row: NearestRow| {
        let existing: Vec<&str> = row.existing.iter().map(String::as_str).collect();
        let found = nearest_path(&row.wanted, &existing);
        let found = found.map(|found| (found.path.to_owned(), found.case_only));
        equal(found, row.expected.map(|path| (path, row.case_only)))
    });
}
