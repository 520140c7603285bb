//! One finding: a diagnosis, its row of the table, and whose file it is.

use crate::table::{self, Row, Weight};
use diagnosis::{Diagnosis, Place, Severity};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone)]
pub struct Finding {
    pub row: &'static Row,
    pub diagnosis: Diagnosis,
    /// The file it stands in, as messages name it.
    pub file: PathBuf,
    /// The deployment's file that it decides about, which differs where a script or a conda file is at fault.
    pub owner: PathBuf,
}

impl Finding {
    /// `owner`: the file to name when the diagnosis names none.
    pub fn new(mut diagnosis: Diagnosis, owner: &Path) -> Self {
        let row = table::of(diagnosis.cause.unwrap_or(diagnosis.code));
        diagnosis.severity = match row.weight {
            Weight::AsFound | Weight::Unreadable => diagnosis.severity,
            Weight::Kills => Severity::Error,
            Weight::Local => Severity::Note,
        };
        let file = file(diagnosis.place.as_ref()).unwrap_or(owner).to_owned();
        Self { row, diagnosis, file, owner: owner.to_owned() }
    }

    pub fn severity(&self) -> Severity {
        self.diagnosis.severity
    }

    pub fn is_unreadable(&self) -> bool {
        self.row.weight == Weight::Unreadable && self.severity() == Severity::Error
    }

    /// What it stands on: the occurrence's own words, else the row's.
    pub fn evidence(&self) -> String {
        let own = self.diagnosis.facts.iter().find(|(name, _)| name == "evidence").map(|(_, value)| value.clone());
        own.unwrap_or_else(|| format!("{}: {}", self.row.evidence, self.row.source))
    }

    /// With its file as the place, where it has no place of its own.
    pub fn placed(&self) -> Diagnosis {
        let mut placed = self.diagnosis.clone();
        placed.place.get_or_insert_with(|| Place::File(self.file.clone()));
        placed
    }

    /// Line and column, from 1.
    pub fn position(&self) -> (Option<usize>, Option<usize>) {
        match &self.diagnosis.place {
            Some(Place::Yaml { line, column, .. }) => (Some(*line), Some(*column)),
            Some(Place::Source { line, .. }) => (Some(*line), None),
            _ => (None, None),
        }
    }

    /// `[check] ignore` takes the id or the name.
    pub fn is_ignored(&self, ignore: &[String]) -> bool {
        let names = [self.row.id, self.diagnosis.code.name()];
        ignore.iter().any(|it| names.iter().any(|name| it.eq_ignore_ascii_case(name)))
    }
}

fn file(place: Option<&Place>) -> Option<&Path> {
    match place? {
        Place::Yaml { file, .. } | Place::Source { file, .. } | Place::File(file) => Some(file),
        Place::Flag(_) | Place::JsonPointer(_) => None,
    }
}
