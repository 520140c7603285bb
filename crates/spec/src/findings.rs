//! All faults of a load, gathered and put in the order of the files.

use crate::source::At;
use diagnosis::{Code, Diagnosis, Severity, spec};
use std::cell::RefCell;
use std::collections::HashSet;

type Rank = (usize, usize, usize);

/// Whose rule a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// azure-ai-ml's loader refuses or says it: without a network, before anything is sent.
    Loader,
    /// az sends it, and the service refuses it.
    Service,
    /// Azure takes it; this machine cannot run it, or has something to say.
    Local,
}

#[derive(Debug, Clone)]
pub struct Finding {
    pub by: By,
    pub diagnosis: Diagnosis,
}

#[derive(Debug, Default)]
pub struct Findings(RefCell<Vec<(Rank, By, Diagnosis)>>);

impl Findings {
    /// `label` is what the caret says.
    pub fn add(&self, at: &At, label: impl Into<String>, diagnosis: Diagnosis) {
        self.add_by(by(diagnosis.code), at, label, diagnosis);
    }

    /// For a code that does not tell whose rule it is.
    pub fn add_by(&self, by: By, at: &At, label: impl Into<String>, diagnosis: Diagnosis) {
        self.0.borrow_mut().push((at.rank(), by, diagnosis.at(at.place(label))));
    }

    /// A finding without a position in a file comes first.
    pub fn add_general(&self, diagnosis: Diagnosis) {
        self.0.borrow_mut().push(((0, 0, 0), by(diagnosis.code), diagnosis));
    }

    /// A note about the whole comes last.
    pub fn add_last(&self, diagnosis: Diagnosis) {
        self.0.borrow_mut().push(((usize::MAX, 0, 0), by(diagnosis.code), diagnosis));
    }

    pub fn failed(&self) -> bool {
        self.0.borrow().iter().any(|(_, _, found)| found.severity == Severity::Error)
    }

    pub fn into_ordered(self) -> Vec<Finding> {
        let mut found = self.0.into_inner();
        found.sort_by_key(|(rank, _, _)| *rank);
        let wrong: HashSet<Rank> =
            found.iter().filter(|(_, _, it)| it.severity == Severity::Error).map(|(rank, _, _)| *rank).collect();
        found.retain(|(rank, _, it)| it.code != spec::YAML_VERSIONS_DIFFER || !wrong.contains(rank));
        let mut ordered: Vec<Finding> = Vec::with_capacity(found.len());
        for (_, by, diagnosis) in found {
            if !ordered.iter().rev().take(SAME).any(|it| it.diagnosis == diagnosis) {
                ordered.push(Finding { by, diagnosis });
            }
        }
        ordered
    }
}

/// Equal findings stand close together: they are of one place.
const SAME: usize = 64;

/// What the codes of the loader's own rules are; where a code serves both, the finding says so itself.
fn by(code: Code) -> By {
    let loader = [
        spec::UNREADABLE,
        spec::YAML_SYNTAX,
        spec::UNKNOWN_FIELD,
        spec::MISSING_FIELD,
        spec::INVALID_VALUE,
        spec::NOTHING_TO_DEPLOY,
        spec::DUPLICATE_KEY,
        spec::INVALID_OVERRIDE,
    ];
    let service = [
        spec::PATH_NOT_FOUND,
        spec::MODEL_NOT_FOUND,
        spec::INVALID_NAME,
        spec::SERVICE_REFUSES,
        spec::TRAFFIC_REFUSED,
        spec::TRAFFIC_AT_CREATION,
        spec::MIRROR_REFUSED,
        spec::SCORING_SCRIPT_NOT_FOUND,
        spec::CONDA_FILE_INVALID,
    ];
    match code {
        code if loader.contains(&code) => By::Loader,
        code if service.contains(&code) => By::Service,
        _ => By::Local,
    }
}
