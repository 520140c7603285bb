//! The code folder and the scoring script.

use super::Context;
use crate::findings::By;
use crate::paths;
use crate::written::Spanned;
use crate::written::deployment::CodeWritten;
use diagnosis::{Diagnosis, spec};
use model::Code;
use semantics::nearest::nearest;
use std::path::Path;

pub fn code(context: &Context<'_>, written: Option<&CodeWritten>) -> Option<Code> {
    let written = written?;
    both(context, written);
    let folder = written.code.as_ref().and_then(|code| folder(context, code));
    let script = written.scoring_script.as_ref()?;
    let scoring_script = script.value.replace('\\', "/");
    let folder = folder?;
    if !folder.join(&scoring_script).is_file() {
        script_missing(context, script, &folder);
    }
    Some(Code { folder, scoring_script })
}

/// One without the other is refused when az sends it.
fn both(context: &Context<'_>, written: &CodeWritten) {
    for (present, name) in [(written.code.is_some(), "code"), (written.scoring_script.is_some(), "scoring_script")] {
        if !present {
            let message = format!("`{name}` is missing from code_configuration");
            let found = Diagnosis::error(spec::MISSING_FIELD, message);
            context.refused(&written.at, format!("`{name}` belongs in here"), found);
        }
    }
}

fn folder(context: &Context<'_>, code: &Spanned<String>) -> Option<std::path::PathBuf> {
    if paths::is_remote(&code.value) {
        let found =
            Diagnosis::error(spec::NOT_SUPPORTED, format!("code `{}` is in Azure, not on this machine", code.value));
        let remedy = "write the folder that holds the scoring script, relative to this file";
        context.findings.add(&code.at, "expected a local folder", found.remedy(remedy));
        return None;
    }
    let path = context.existing(code, By::Service, spec::PATH_NOT_FOUND, "the code folder is missing")?;
    if path.is_file() {
        let found = Diagnosis::error(spec::PATH_NOT_FOUND, format!("code `{}` is a file, not a folder", code.value));
        let folder = path.parent().map(|it| paths::relative(code.at.source.folder(), it)).unwrap_or_default();
        context.findings.add(&code.at, "expected a folder", found.remedy(format!("write `code: {folder}`")));
        return None;
    }
    Some(path)
}

/// A warning only: Azure finds out when the container starts, and so do we.
fn script_missing(context: &Context<'_>, script: &Spanned<String>, folder: &Path) {
    let message = format!("scoring script `{}` is not in the code folder", script.value);
    let found = Diagnosis::warning(spec::SCORING_SCRIPT_NOT_FOUND, message);
    let found = found.fact("looked for", paths::shown(&folder.join(&script.value)).display().to_string());
    let found = match candidate(&script.value, folder) {
        Some(meant) => found.remedy(format!("scoring_script is relative to the code folder: write `{meant}`")),
        None => found.remedy("scoring_script is relative to the code folder"),
    };
    context.findings.add(&script.at, "nothing is there", found);
}

/// The same path without its first folder, or a script of nearly this name.
fn candidate(script: &str, folder: &Path) -> Option<String> {
    let stripped = script.match_indices('/').map(|(at, _)| &script[at + 1..]);
    if let Some(found) = stripped.into_iter().find(|it| folder.join(it).is_file()) {
        return Some(found.to_owned());
    }
    let below = scripts(folder, "", 3);
    let base = script.rsplit('/').next().unwrap_or(script);
    let same = below.iter().find(|it| it.rsplit('/').next() == Some(base)).cloned();
    same.or_else(|| nearest(script, below.iter().map(String::as_str)).map(str::to_owned))
}

fn scripts(folder: &Path, prefix: &str, depth: usize) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return vec![] };
    let mut found = vec![];
    for entry in entries.flatten().take(500) {
        let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
        if path.is_dir() && depth > 1 && !name.starts_with(['.', '_']) {
            found.extend(scripts(&path, &format!("{prefix}{name}/"), depth - 1));
        } else if name.ends_with(".py") {
            found.push(format!("{prefix}{name}"));
        }
    }
    found.sort();
    found
}
