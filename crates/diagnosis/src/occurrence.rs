//! One occurrence of an error.

use crate::{Code, Exit, Place};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Note,
}

/// One error, warning or note: a code with the facts of this time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    pub code: Code,
    pub severity: Severity,
    /// What happened, one sentence with the names in it. Empty: the row's title.
    pub message: String,
    /// Our finding beneath Azure's headline, where the two differ.
    pub cause: Option<Code>,
    pub place: Option<Place>,
    /// `name: value` lines (instance, x-request-id, exit code ...).
    pub facts: Vec<(String, String)>,
    /// What to do in this very case; empty: the row's remedy.
    pub remedy: String,
    /// The last lines of the log, oldest first.
    pub log_tail: Vec<String>,
}

impl Diagnosis {
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message)
    }

    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message)
    }

    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Note, message)
    }

    fn new(code: Code, severity: Severity, message: impl Into<String>) -> Self {
        let (message, remedy) = (message.into(), String::new());
        Self { code, severity, message, cause: None, place: None, facts: vec![], remedy, log_tail: vec![] }
    }

    pub fn caused_by(mut self, cause: Code) -> Self {
        self.cause = Some(cause);
        self
    }

    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    pub fn fact(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.push((name.into(), value.into()));
        self
    }

    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    pub fn log_tail(mut self, lines: Vec<String>) -> Self {
        self.log_tail = lines;
        self
    }

    /// The headline, whoever words it.
    pub fn headline(&self) -> &str {
        if self.message.is_empty() { self.code.row().title } else { &self.message }
    }

    /// The remedy of this case, else of the finding beneath, else of the code.
    pub fn advice(&self) -> &str {
        if self.remedy.is_empty() { self.cause.unwrap_or(self.code).row().remedy } else { &self.remedy }
    }

    /// The exit code this error ends the command with: the finding knows better than the headline.
    pub fn exit(&self) -> Exit {
        self.cause.unwrap_or(self.code).row().exit
    }
}
