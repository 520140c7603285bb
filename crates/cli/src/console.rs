//! Data to stdout, everything else to stderr. Colours only where a terminal takes them, and never with NO_COLOR.

use diagnosis::{Diagnosis, Style, print, print_all};
use std::io::Write;

#[derive(Debug, Clone, Copy)]
pub struct Console;

impl Console {
    pub fn new() -> Self {
        Self
    }

    /// A line of data.
    pub fn data(&self, text: &str) {
        // A reader that went away is no reason to fail.
        let _ = writeln!(anstream::stdout(), "{text}");
    }

    /// Bytes of data, as they are.
    pub fn raw(&self, bytes: &[u8]) {
        let mut out = std::io::stdout();
        let _ = out.write_all(bytes).and_then(|()| out.flush());
    }

    /// One of the documents, as JSON.
    pub fn json(&self, document: &impl serde::Serialize) {
        self.data(&serde_json::to_string_pretty(document).unwrap_or_default());
    }

    /// A line for people.
    pub fn note(&self, text: &str) {
        let _ = writeln!(anstream::stderr(), "{text}");
    }

    pub fn say(&self, diagnosis: &Diagnosis) {
        let _ = write!(anstream::stderr(), "{}", print(diagnosis, Style::Coloured));
    }

    pub fn say_all(&self, diagnoses: &[Diagnosis]) {
        if !diagnoses.is_empty() {
            let _ = write!(anstream::stderr(), "{}", print_all(diagnoses, Style::Coloured));
        }
    }
}
