//! Where a value was written: a file's text, or a flag.

use diagnosis::{Place, Snippet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A text that values come from.
#[derive(Debug)]
pub enum Source {
    File {
        /// As it is shown to people.
        shown: PathBuf,
        /// Absolute; relative paths in the file start here.
        folder: PathBuf,
        text: String,
        /// Rank of the file in the order of findings.
        rank: usize,
    },
    /// A command line flag, as typed.
    Flag { typed: String, folder: PathBuf },
}

impl Source {
    /// The folder that relative paths written here start from.
    pub fn folder(&self) -> &Path {
        match self {
            Self::File { folder, .. } | Self::Flag { folder, .. } => folder,
        }
    }

    pub fn shown(&self) -> String {
        match self {
            Self::File { shown, .. } => shown.display().to_string(),
            Self::Flag { typed, .. } => typed.clone(),
        }
    }
}

/// A stretch of one line of a source. Lines count from 1, columns (characters) from 0.
#[derive(Debug, Clone)]
pub struct At {
    pub source: Rc<Source>,
    pub line: usize,
    pub column: usize,
    pub length: usize,
}

impl At {
    pub fn start(source: &Rc<Source>) -> Self {
        Self { source: Rc::clone(source), line: 1, column: 0, length: 0 }
    }

    /// The place for a message, `label` under the caret.
    pub fn place(&self, label: impl Into<String>) -> Place {
        match &*self.source {
            Source::Flag { typed, .. } => Place::Flag(typed.clone()),
            Source::File { shown, text, .. } => {
                let line = text.lines().nth(self.line.saturating_sub(1)).unwrap_or_default();
                let snippet = Snippet { line: line.to_owned(), length: self.fitting(line), label: label.into() };
                Place::Yaml { file: shown.clone(), line: self.line, column: self.column + 1, snippet: Some(snippet) }
            }
        }
    }

    fn fitting(&self, line: &str) -> usize {
        let rest = line.trim_end().chars().count().saturating_sub(self.column);
        self.length.min(rest).max(1)
    }

    /// The text that stands here, when it is on one line of a file.
    pub fn written(&self) -> Option<String> {
        let Source::File { text, .. } = &*self.source else { return None };
        let line = text.lines().nth(self.line.saturating_sub(1))?;
        (self.length != usize::MAX).then(|| line.chars().skip(self.column).take(self.length).collect())
    }

    /// Order of findings: flags first, then file by file from the top.
    pub fn rank(&self) -> (usize, usize, usize) {
        match &*self.source {
            Source::Flag { .. } => (0, 0, 0),
            Source::File { rank, .. } => (rank + 1, self.line, self.column),
        }
    }
}
