//! `.dockerignore`, by the rules of Docker's own pattern matcher.

use regex::Regex;
use std::iter::Peekable;
use std::str::Chars;

/// The patterns in the order of the file: the last one that matches decides.
#[derive(Debug, Default)]
pub struct Ignored(Vec<Pattern>);

#[derive(Debug)]
struct Pattern {
    /// Written with `!`: what matches is sent after all.
    exception: bool,
    path: String,
    regex: Regex,
    /// Beyond a last `/*` or `/**`, which names a folder as well.
    is_wild: bool,
}

impl Ignored {
    /// # Errors
    /// The pattern that means nothing.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.starts_with('#'));
        let lines = lines.map(str::trim).filter(|line| !line.is_empty());
        Ok(Self(lines.map(Pattern::parse).filter_map(Result::transpose).collect::<Result<_, _>>()?))
    }

    /// These files are sent whatever the patterns say.
    pub fn but(mut self, paths: &[&str]) -> Self {
        let exceptions = paths.iter().filter_map(|path| Pattern::exact(path, true).ok());
        self.0.extend(exceptions);
        self
    }

    /// Whether this path (relative, with `/`) stays out, by itself or by a folder above it.
    pub fn holds(&self, path: &str) -> bool {
        self.0.iter().fold(false, |held, pattern| {
            // A pattern that could not change the verdict is not tried.
            if pattern.exception == held && pattern.matches(path) { !pattern.exception } else { held }
        })
    }

    /// Whether the classic builder looks for an exception in this folder, which stays out itself: by its literal words alone.
    pub fn lets_out_of(&self, folder: &str) -> bool {
        let within = format!("{folder}/");
        self.0.iter().any(|pattern| pattern.exception && format!("{}/", pattern.path).starts_with(&within))
    }

    /// BuildKit looks into every folder as soon as one exception has a wildcard (`filter.go` of tonistiigi/fsutil).
    pub fn lets_out_anywhere(&self) -> bool {
        self.0.iter().any(|pattern| pattern.exception && pattern.is_wild)
    }
}

impl Pattern {
    /// `None`: it means the folder itself, which Docker ignores "for historical reasons".
    fn parse(line: &str) -> Result<Option<Self>, String> {
        let (exception, path) = line.strip_prefix('!').map_or((false, line), |path| (true, path.trim()));
        let clean = cleaned(path);
        if clean.is_empty() && !path.is_empty() {
            return Ok(None);
        }
        Self::new(exception, clean, line).map(Some)
    }

    /// A path of ours, whose characters mean themselves.
    fn exact(path: &str, exception: bool) -> Result<Self, String> {
        let regex = Regex::new(&format!("^{}$", regex::escape(path))).map_err(|error| error.to_string())?;
        Ok(Self { exception, path: path.to_owned(), regex, is_wild: false })
    }

    fn new(exception: bool, path: String, line: &str) -> Result<Self, String> {
        let no_pattern = || format!("`{line}` is no pattern");
        if path.is_empty() {
            return Err(no_pattern());
        }
        let regex = Regex::new(&expression(&path)).map_err(|_| no_pattern())?;
        let folder = path.strip_suffix("/**").unwrap_or(&path);
        let is_wild = folder.strip_suffix("/*").unwrap_or(folder).contains(['*', '[', ']', '?', '^', '\\']);
        Ok(Self { exception, path, regex, is_wild })
    }

    fn matches(&self, path: &str) -> bool {
        let above = path.match_indices('/').map(|(at, _)| &path[..at]);
        above.chain([path]).any(|path| self.regex.is_match(path))
    }
}

/// As Go's `filepath.Clean`, and without the slash that would make it absolute.
pub fn cleaned(path: &str) -> String {
    let mut parts: Vec<&str> = vec![];
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part != ".." || parts.last().is_none_or(|last| *last == "..") {
            parts.push(part);
        } else {
            parts.pop();
        }
    }
    parts.join("/")
}

fn expression(path: &str) -> String {
    let mut regex = String::from("(?s)^");
    let mut rest = path.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            '*' => regex.push_str(stars(&mut rest)),
            '?' => regex.push_str("[^/]"),
            '[' => class(&mut rest, &mut regex),
            '\\' => regex.push_str(&regex::escape(&rest.next().unwrap_or('\\').to_string())),
            other => regex.push_str(&regex::escape(&other.to_string())),
        }
    }
    regex + "$"
}

/// `**` stands for any number of folders, at the end for all that follows.
fn stars(rest: &mut Peekable<Chars<'_>>) -> &'static str {
    if rest.next_if_eq(&'*').is_none() {
        return "[^/]*";
    }
    let _ = rest.next_if_eq(&'/');
    if rest.peek().is_none() { ".*" } else { "(.*/)?" }
}

/// What stands in brackets means the same in both languages.
fn class(rest: &mut Peekable<Chars<'_>>, regex: &mut String) {
    regex.push('[');
    for next in rest.by_ref() {
        regex.push(next);
        if next == ']' {
            break;
        }
    }
}

#[cfg(test)]
#[path = "ignored_tests.rs"]
mod tests;
