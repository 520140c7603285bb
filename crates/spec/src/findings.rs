//! All faults of a load, gathered and put in the order of the files.

use crate::source::At;
use diagnosis::{Diagnosis, Severity};
use std::cell::RefCell;

type Rank = (usize, usize, usize);

#[derive(Debug, Default)]
pub struct Findings(RefCell<Vec<(Rank, Diagnosis)>>);

impl Findings {
    /// `label` is what the caret says.
    pub fn add(&self, at: &At, label: impl Into<String>, diagnosis: Diagnosis) {
        self.0.borrow_mut().push((at.rank(), diagnosis.at(at.place(label))));
    }

    /// A finding without a position in a file comes first.
    pub fn add_general(&self, diagnosis: Diagnosis) {
        self.0.borrow_mut().push(((0, 0, 0), diagnosis));
    }

    /// A note about the whole comes last.
    pub fn add_last(&self, diagnosis: Diagnosis) {
        self.0.borrow_mut().push(((usize::MAX, 0, 0), diagnosis));
    }

    pub fn failed(&self) -> bool {
        self.0.borrow().iter().any(|(_, found)| found.severity == Severity::Error)
    }

    pub fn into_ordered(self) -> Vec<Diagnosis> {
        let mut found = self.0.into_inner();
        found.sort_by_key(|(rank, _)| *rank);
        let mut ordered: Vec<Diagnosis> = Vec::with_capacity(found.len());
        for (_, diagnosis) in found {
            if !ordered.contains(&diagnosis) {
                ordered.push(diagnosis);
            }
        }
        ordered
    }
}
