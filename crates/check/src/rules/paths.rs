//! Paths whose letters differ in case from the file system's: they work on macOS and Windows, and not in Azure.

use diagnosis::{Diagnosis, check};
use spec::YamlFile;
use std::path::{Path, PathBuf};

const PATHS: &[&[&str]] = &[
    &["code_configuration", "code"],
    &["model", "path"],
    &["environment", "conda_file"],
    &["environment", "build", "path"],
];

/// Of a `model.yml` or `environment.yml`.
const PATHS_OF_ASSETS: &[&[&str]] = &[&["path"], &["conda_file"], &["build", "path"]];

pub fn case_in_asset(file: &YamlFile) -> Vec<Diagnosis> {
    PATHS_OF_ASSETS.iter().filter_map(|keys| written(file, file.folder(), keys)).collect()
}

pub fn case(file: &YamlFile) -> Vec<Diagnosis> {
    let mut found: Vec<Diagnosis> = PATHS.iter().filter_map(|keys| written(file, file.folder(), keys)).collect();
    let code = file.text(PATHS[0]).map(|code| file.folder().join(code));
    let script = code.and_then(|code| written(file, &code, &["code_configuration", "scoring_script"]));
    found.extend(script);
    found
}

fn written(file: &YamlFile, folder: &Path, keys: &[&str]) -> Option<Diagnosis> {
    let written = file.text(keys)?.replace('\\', "/");
    if written.contains(':') {
        return None;
    }
    let there = in_other_case(folder, &written)?;
    let message = format!("`{written}` is `{there}` on disk: other letters, which count on Linux");
    let found = Diagnosis::error(check::PATH_CASE_DIFFERS, message);
    Some(found.at(file.place(keys, &format!("write `{there}`"))?).remedy(format!("write `{there}`")))
}

/// The path as the file system has it, when only letter case keeps it from being the written one.
fn in_other_case(folder: &Path, written: &str) -> Option<String> {
    let mut at: PathBuf = folder.to_owned();
    let mut parts: Vec<String> = vec![];
    let mut differs = false;
    for part in written.split('/') {
        let name = if matches!(part, "" | "." | "..") { part.to_owned() } else { entry(&at, part)? };
        differs |= name != part;
        if !name.is_empty() {
            at.push(&name);
        }
        parts.push(name);
    }
    differs.then(|| parts.join("/"))
}

/// The entry of exactly this name, else the one of this name in other case.
fn entry(folder: &Path, name: &str) -> Option<String> {
    let entries = std::fs::read_dir(folder).ok()?;
    let mut close: Option<String> = None;
    for entry in entries.flatten() {
        let found = entry.file_name().to_string_lossy().into_owned();
        if found == name {
            return Some(found);
        }
        if found.to_lowercase() == name.to_lowercase() {
            close = Some(found);
        }
    }
    close
}
