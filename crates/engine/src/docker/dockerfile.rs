//! As much of a Dockerfile as must be known before it is built: what it stands on, and which builder it needs.

use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// `NAME=value` lines at the very top, which only count there.
static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| compiled(r"(?i)^#\s*([a-z]+)\s*=\s*(.+?)\s*$"));
static HEREDOC: LazyLock<Regex> = LazyLock::new(|| compiled(r#"<<-?\s*["']?([A-Za-z_][A-Za-z0-9_]*)["']?"#));
static VARIABLE: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"\$(?:\{([A-Za-z0-9_]+)(?::[-+][^}]*)?\}|([A-Za-z0-9_]+))"));

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of ours compiles")
}

/// Only BuildKit gives these a value.
const GIVEN_BY_BUILDKIT: [&str; 8] = [
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
];

/// Flags that the classic builder does not know, by instruction.
const FLAGS_OF_BUILDKIT: &[(&str, &[&str])] = &[
    ("RUN", &["--mount", "--network", "--security", "--device"]),
    ("COPY", &["--chmod", "--link", "--parents", "--exclude"]),
    ("ADD", &["--chmod", "--link", "--checksum", "--keep-git-dir", "--exclude"]),
];

#[derive(Debug, Default)]
pub struct Dockerfile {
    syntax: Option<String>,
    instructions: Vec<Instruction>,
}

#[derive(Debug)]
struct Instruction {
    /// From 1.
    line: usize,
    keyword: String,
    rest: String,
    has_heredoc: bool,
}

/// Which builder a Dockerfile is written for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wants {
    /// Every builder can.
    Nothing,
    /// BuildKit where there is one; what asks for it. To the classic builder `# syntax=` is a comment, and `ARG TARGETARCH` is empty.
    Rather(String),
    /// BuildKit and nothing else; the line and what on it says so.
    BuildKit(String),
}

impl Dockerfile {
    pub fn parse(text: &str) -> Self {
        let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate().peekable();
        let (mut dockerfile, mut escape) = (Self::default(), '\\');
        while let Some(found) = lines.peek().and_then(|(_, line)| DIRECTIVE.captures(line)) {
            match found[1].to_lowercase().as_str() {
                "syntax" => dockerfile.syntax = Some(found[2].to_owned()),
                "escape" => escape = found[2].chars().next().unwrap_or(escape),
                _ => {}
            }
            lines.next();
        }
        while let Some((at, line)) = lines.next() {
            if line.trim().is_empty() || line.trim_start().starts_with('#') {
                continue;
            }
            let mut whole = line.trim_end().to_owned();
            while let Some(begun) = whole.strip_suffix(escape) {
                whole = begun.to_owned();
                let further = lines.by_ref().map(|(_, line)| line.trim_end()).find(|line| !is_comment(line));
                match further {
                    Some(further) => whole.push_str(further),
                    None => break,
                }
            }
            let rest: Vec<&str> = lines.clone().map(|(_, line)| line.trim_end()).collect();
            let ends = heredocs(&whole, &rest);
            lines.by_ref().take(ends).for_each(drop);
            dockerfile.instructions.push(Instruction::of(at + 1, &whole, ends > 0));
        }
        dockerfile
    }

    pub fn wants(&self) -> Wants {
        match self.instructions.iter().find_map(Instruction::needs) {
            Some(why) => Wants::BuildKit(why),
            None if self.syntax.is_some() => Wants::Rather("`# syntax=`".to_owned()),
            None => self.instructions.iter().find_map(Instruction::is_given).map_or(Wants::Nothing, Wants::Rather),
        }
    }

    /// The images it stands on or copies from, as far as their names need nothing but the defaults of its arguments.
    pub fn images(&self) -> Vec<String> {
        let (mut defaults, mut stages, mut images) = (BTreeMap::new(), vec![], vec![]);
        for instruction in &self.instructions {
            let mut add = |written: &str, stages: &[String]| {
                let named = expanded(written, &defaults).filter(|name| name != "scratch");
                images.extend(named.filter(|name| !stages.contains(&name.to_lowercase())));
            };
            match instruction.keyword.as_str() {
                "ARG" if stages.is_empty() => defaults.extend(instruction.defaults()),
                "FROM" => {
                    let mut words = instruction.words();
                    words.next().into_iter().for_each(|image| add(image, &stages));
                    stages.push(words.nth(1).unwrap_or_default().to_lowercase());
                }
                _ => {
                    let from = instruction.flag("--from").filter(|from| from.parse::<usize>().is_err());
                    from.into_iter().for_each(|image| add(image, &stages));
                }
            }
        }
        images.sort();
        images.dedup();
        images
    }
}

impl Instruction {
    fn of(line: usize, whole: &str, has_heredoc: bool) -> Self {
        let (keyword, rest) = whole.trim().split_once(char::is_whitespace).unwrap_or((whole.trim(), ""));
        Self { line, keyword: keyword.to_uppercase(), rest: rest.trim().to_owned(), has_heredoc }
    }

    fn flags(&self) -> impl Iterator<Item = &str> {
        self.rest.split_whitespace().take_while(|word| word.starts_with("--"))
    }

    fn flag(&self, name: &str) -> Option<&str> {
        self.flags().find_map(|flag| flag.strip_prefix(name)?.strip_prefix('='))
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.rest.split_whitespace().skip_while(|word| word.starts_with("--"))
    }

    /// `ARG A=1 B`
    fn defaults(&self) -> impl Iterator<Item = (String, String)> {
        let pairs = self.rest.split_whitespace().filter_map(|word| word.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.trim_matches(['"', '\'']).to_owned()))
    }

    /// `ARG TARGETARCH`; with a default of its own it is nothing that a builder must give.
    fn is_given(&self) -> Option<String> {
        let given = self.words().find(|word| self.keyword == "ARG" && GIVEN_BY_BUILDKIT.contains(word))?;
        Some(format!("line {}: `ARG {given}`", self.line))
    }

    fn needs(&self) -> Option<String> {
        let of_it = |(keyword, _): &&(&str, &[&str])| *keyword == self.keyword;
        let theirs = FLAGS_OF_BUILDKIT.iter().find(of_it).map(|(_, flags)| *flags).unwrap_or_default();
        let flag = self.flags().map(|flag| flag.split('=').next().unwrap_or(flag)).find(|flag| theirs.contains(flag));
        let what = match flag {
            Some(flag) => flag.to_owned(),
            None if self.has_heredoc => "<<".to_owned(),
            None if self.keyword == "FROM" => {
                format!("${}", GIVEN_BY_BUILDKIT.iter().find(|name| self.rest.contains(**name))?)
            }
            None => return None,
        };
        Some(format!("line {}: {} {what}", self.line, self.keyword))
    }
}

fn is_comment(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}

/// How many of the lines that follow belong to the here-documents of this one; a `<<` without an end is none.
fn heredocs(line: &str, rest: &[&str]) -> usize {
    let mut names = HEREDOC.captures_iter(line).map(|found| found[1].to_owned());
    names.try_fold(0, |at, name| Some(at + 1 + rest[at..].iter().position(|line| line.trim() == name)?)).unwrap_or(0)
}

/// `None`: it has a variable without a default.
fn expanded(written: &str, defaults: &BTreeMap<String, String>) -> Option<String> {
    let mut known = true;
    let text = VARIABLE.replace_all(written.trim_matches('"'), |found: &regex::Captures<'_>| {
        let value = found.get(1).or(found.get(2)).and_then(|name| defaults.get(name.as_str()));
        known &= value.is_some();
        value.cloned().unwrap_or_default()
    });
    known.then(|| text.into_owned())
}

#[cfg(test)]
#[path = "dockerfile_tests.rs"]
mod tests;
