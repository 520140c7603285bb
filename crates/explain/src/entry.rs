//! One explanation, wherever its facts come from.

use crate::azure::{Here, Kind, Row, catalogue};
use crate::own;
use diagnosis::{Code, Origin};
use serde::Serialize;

/// What there is to say of one error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub name: String,
    /// The error that it is a case of.
    pub of: Option<String>,
    pub origin: Origin,
    /// `None`: ours, of no kind of endpoint.
    pub kind: Option<Kind>,
    pub title: String,
    /// Empty where the title says it all.
    pub cause: String,
    pub here: Here,
    pub raised_locally: String,
    /// The codes it is raised with here.
    pub codes: Vec<String>,
    /// What the command ends with when this ends it.
    pub exit_code: Option<u8>,
    pub remedy: String,
    /// What tells more in the cloud.
    pub command: Option<String>,
    /// Address of the documentation.
    pub see: Option<String>,
    /// Names of its cases.
    pub cases: Vec<String>,
}

impl Entry {
    pub(crate) fn of_azure(row: &Row) -> Self {
        let own = Code::named(&row.name);
        Self {
            name: row.name.clone(),
            of: row.of.clone(),
            origin: own.map_or(Origin::Azure, |code| code.row().origin),
            kind: Some(row.kind),
            title: row.title.clone(),
            cause: row.cause.clone(),
            here: row.here,
            raised_locally: row.raised_locally.clone(),
            codes: row.codes.clone(),
            exit_code: own.and_then(own::exit_code),
            remedy: row.remedy.clone(),
            command: row.command.clone(),
            see: Some(diagnosis::Row::address(&row.anchor)),
            cases: cases(&row.name),
        }
    }

    pub(crate) fn of_own(code: Code) -> Self {
        let row = code.row();
        Self {
            name: row.code.to_owned(),
            of: None,
            origin: row.origin,
            kind: None,
            title: own::title(code),
            cause: String::new(),
            here: Here::Reproduced,
            raised_locally: String::new(),
            codes: vec![row.code.to_owned()],
            exit_code: own::exit_code(code),
            remedy: row.remedy.to_owned(),
            command: None,
            see: (!row.doc.is_empty()).then(|| diagnosis::Row::address(row.doc)),
            cases: vec![],
        }
    }
}

fn cases(name: &str) -> Vec<String> {
    catalogue().rows.iter().filter(|row| row.of.as_deref() == Some(name)).map(|row| row.name.clone()).collect()
}
