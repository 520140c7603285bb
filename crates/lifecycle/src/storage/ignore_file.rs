//! `.amlignore` and `.gitignore`, as az takes them when it uploads a folder.
//!
//! Seen in azure-ai-ml 1.35.2 (`IgnoreFile`): the `.amlignore` directly in the uploaded folder, else its `.gitignore`,
//! never both and none of a folder above or below. Every line is held against every file; the last that fits decides,
//! so that `!` takes a file back in below a folder that is left out, which git would not.

use diagnosis::{Place, Snippet};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub struct IgnoreFile {
    path: PathBuf,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    /// From 1.
    number: usize,
    text: String,
    pattern: Gitignore,
}

/// The line that leaves a file out.
#[derive(Debug)]
pub struct Excluded<'a> {
    file: &'a Path,
    line: &'a Line,
}

impl IgnoreFile {
    /// Where it may be, the one that goes before first.
    pub fn paths(folder: &Path) -> [PathBuf; 2] {
        [".amlignore", ".gitignore"].map(|name| folder.join(name))
    }

    /// `None`: az would upload everything.
    pub fn of(folder: &Path) -> Option<Self> {
        let path = Self::paths(folder).into_iter().find(|it| it.is_file())?;
        let text = std::fs::read_to_string(&path).ok()?;
        let lines = text.lines().enumerate().filter_map(|(index, text)| line(folder, index + 1, text.trim_end()));
        Some(Self { lines: lines.collect(), path })
    }

    /// Whether a line of it takes files back in.
    pub fn takes_back(&self) -> bool {
        self.lines.iter().any(|line| line.pattern.num_whitelists() > 0)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Why this file of the folder is not uploaded. `None`: it is.
    pub fn excludes(&self, file: &Path) -> Option<Excluded<'_>> {
        let below = self.path.parent().and_then(|folder| file.strip_prefix(folder).ok())?;
        let mut excluded = None;
        for line in &self.lines {
            match line.pattern.matched_path_or_any_parents(below, false) {
                Match::Ignore(_) => excluded = Some(line),
                Match::Whitelist(_) => excluded = None,
                Match::None => {}
            }
        }
        excluded.map(|line| Excluded { file: &self.path, line })
    }
}

impl Excluded<'_> {
    pub fn place(&self, shown: PathBuf, label: &str) -> Place {
        let text = &self.line.text;
        let snippet = Snippet { line: text.clone(), length: text.chars().count(), label: label.to_owned() };
        Place::Yaml { file: shown, line: self.line.number, column: 1, snippet: Some(snippet) }
    }

    pub fn file(&self) -> &Path {
        self.file
    }

    /// `.amlignore:3: data/`
    pub fn written(&self) -> String {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        format!("{name}:{}: {}", self.line.number, self.line.text)
    }
}

/// A comment, an empty line and what is no pattern leave nothing out.
fn line(folder: &Path, number: usize, text: &str) -> Option<Line> {
    let mut builder = GitignoreBuilder::new(folder);
    builder.add_line(None, text).ok()?;
    let pattern = builder.build().ok().filter(|it| !it.is_empty())?;
    Some(Line { number, text: text.to_owned(), pattern })
}
