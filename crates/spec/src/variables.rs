//! `--env` and `--env-file`.

use crate::files::unreadable;
use crate::findings::Findings;
use diagnosis::{Diagnosis, Place, spec};
use model::LoadRequest;
use std::path::Path;

/// Variables for every deployment; a flag beats a file, a later file an earlier one.
pub fn read(request: &LoadRequest, findings: &Findings) -> Vec<(String, String)> {
    let mut variables = vec![];
    for path in &request.env_files {
        match std::fs::read_to_string(path) {
            Ok(text) => file(path, &text, &mut variables, findings),
            Err(error) => findings.add_general(unreadable(path, &error.to_string())),
        }
    }
    variables.extend(request.env.iter().cloned());
    variables
}

fn file(path: &Path, text: &str, variables: &mut Vec<(String, String)>, findings: &Findings) {
    for (number, line) in text.lines().enumerate() {
        let line = line.trim().trim_start_matches("export ").trim();
        match line.split_once('=') {
            _ if line.is_empty() || line.starts_with('#') => {}
            Some((name, value)) if !name.trim().is_empty() => {
                variables.push((name.trim().into(), unquoted(value.trim()).into()))
            }
            _ => {
                let place = Place::Source { file: path.to_owned(), line: number + 1 };
                let found = Diagnosis::error(spec::INVALID_OVERRIDE, format!("`{line}` is no NAME=VALUE"));
                findings.add_general(found.at(place));
            }
        }
    }
}

fn unquoted(value: &str) -> &str {
    let inner = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}
