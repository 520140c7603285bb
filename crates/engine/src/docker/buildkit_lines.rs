//! BuildKit's plain progress in the words of the classic builder, so that both come out alike.

use regex::Regex;
use std::collections::HashMap;
use std::sync::LazyLock;

/// `#5 [build 2/3] RUN x`: the number of a vertex, which every line of it begins with.
static STEP: LazyLock<Regex> = LazyLock::new(|| compiled(r"^\[(?:\S+ )?(\d+/\d+)\] (.+)$"));
static METADATA: LazyLock<Regex> = LazyLock::new(|| compiled(r"^\[internal\] load metadata for (\S+)$"));
static EXIT: LazyLock<Regex> = LazyLock::new(|| {
    compiled(r#"(?:executor failed running \[(.*)\]|process "(.*)" did not complete successfully): exit code: (\d+)"#)
});

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of ours compiles")
}

/// Sums of bytes and hashes: of no use to a person.
const HOUSEKEEPING: [&str; 6] = ["sha256:", "transferring ", "DONE ", "CACHED", "resolve ", "extracting "];

#[derive(Debug, Default)]
pub struct BuildKitLines {
    vertices: HashMap<u32, Vertex>,
    failed: Option<(Vertex, String)>,
    /// What comes after the first line of dashes was said before.
    repeats: bool,
    last: String,
}

#[derive(Debug, Clone, Default)]
struct Vertex {
    count: Option<String>,
    /// `RUN x`, or `FROM image` where only the image's metadata were asked for.
    what: String,
}

impl BuildKitLines {
    /// What a line of BuildKit's comes to.
    pub fn take(&mut self, line: &str) -> Vec<String> {
        let line = line.trim_end();
        if !line.is_empty() {
            line.clone_into(&mut self.last);
        }
        self.repeats |= line.starts_with("------");
        if self.repeats {
            return vec![];
        }
        let of_vertex = line.strip_prefix('#').and_then(|rest| rest.split_once(' '));
        let Some((number, said)) = of_vertex.and_then(|(number, said)| Some((number.parse().ok()?, said))) else {
            let told = !line.is_empty() && self.vertices.is_empty();
            return told.then(|| line.to_owned()).into_iter().collect();
        };
        if let Some(vertex) = self.vertices.get(&number).cloned() {
            return self.said(&vertex, said).into_iter().collect();
        }
        let vertex = Vertex::of(said);
        let step = vertex.count.as_ref().map(|count| format!("Step {count} : {}", vertex.what));
        self.vertices.insert(number, vertex);
        step.into_iter().collect()
    }

    fn said(&mut self, vertex: &Vertex, said: &str) -> Option<String> {
        if let Some(reason) = said.strip_prefix("ERROR: ") {
            self.failed = Some((vertex.clone(), in_classic_words(reason)));
            return None;
        }
        let (time, text) = said.split_once(' ').unwrap_or((said, ""));
        match time.parse::<f64>() {
            Ok(_) => Some(text.to_owned()),
            Err(_) if HOUSEKEEPING.iter().any(|start| said.starts_with(start)) => None,
            Err(_) => Some(said.to_owned()),
        }
    }

    /// The step that failed, and why. `None`: it failed before a step.
    pub fn failed(&self) -> (Option<&str>, String) {
        match &self.failed {
            Some((vertex, reason)) => (Some(&vertex.what), reason.clone()),
            None => (None, in_classic_words(self.last.trim_start_matches("ERROR: "))),
        }
    }
}

impl Vertex {
    fn of(said: &str) -> Self {
        if let Some(found) = STEP.captures(said) {
            return Self { count: Some(found[1].to_owned()), what: found[2].to_owned() };
        }
        match METADATA.captures(said) {
            Some(found) => Self { count: None, what: format!("FROM {}", &found[1]) },
            None => Self { count: None, what: said.to_owned() },
        }
    }
}

fn in_classic_words(reason: &str) -> String {
    match EXIT.captures(reason) {
        Some(found) => {
            let command = found.get(1).or(found.get(2)).map(|command| command.as_str()).unwrap_or_default();
            format!("The command '{command}' returned a non-zero code: {}", &found[3])
        }
        None => {
            let reason = reason.strip_prefix("failed to solve: ").unwrap_or(reason);
            let inner = reason.split("failed to create LLB definition: ").last().unwrap_or(reason);
            inner.to_owned()
        }
    }
}

#[cfg(test)]
#[path = "buildkit_lines_tests.rs"]
mod tests;
