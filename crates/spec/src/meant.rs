//! The third layer: from what is written to what is meant. Defaults are filled in, references resolved, paths
//! absolute; what the service is documented to refuse is refused here.

pub mod code;
pub mod collector;
pub mod conda;
pub mod curated;
pub mod deployment;
pub mod endpoint;
pub mod environment;
pub mod image;
pub mod limits;
pub mod mlflow;
pub mod model;
pub mod name;
pub mod no_code;
pub mod reference;
pub mod scale;
pub mod secret;
pub mod settings;
pub mod traffic;
pub mod variables;

use crate::files::Files;
use crate::findings::{By, Findings};
use crate::overlay::OverlayRead;
use crate::paths;
use crate::source::At;
use crate::written::Spanned;
use crate::yaml_file::YamlFile;
use diagnosis::{Code, Diagnosis};
use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// What lowering may ask.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub findings: &'a Findings,
    pub files: &'a Files,
    pub overlay: &'a OverlayRead,
    /// The project folder, canonical.
    pub root: &'a Path,
    /// YAML of assets, as it is opened.
    pub assets: &'a RefCell<Vec<YamlFile>>,
    /// `--env`, `--env-file`: for every deployment, in place of what it says.
    pub variables: &'a [(String, String)],
}

impl Context<'_> {
    pub fn error(&self, at: &At, label: impl Into<String>, code: Code, message: impl Into<String>) {
        self.findings.add(at, label, Diagnosis::error(code, message));
    }

    /// What az loads and the service refuses, under a code of the loader.
    pub fn refused(&self, at: &At, label: impl Into<String>, diagnosis: Diagnosis) {
        self.findings.add_by(By::Service, at, label, diagnosis);
    }

    /// The absolute path of what was written; reported when nothing is there. `by`: who looks.
    pub fn existing(&self, written: &Spanned<String>, by: By, code: Code, message: &str) -> Option<PathBuf> {
        let folder = written.at.source.folder();
        let path = paths::absolute(folder, &written.value);
        if path.exists() {
            return Some(path);
        }
        let message = format!("{message}: `{}` does not exist", written.value);
        let found = Diagnosis::error(code, message).fact("looked for", paths::shown(&path).display().to_string());
        let found = match paths::meant(folder, self.root, &written.value) {
            Some(meant) => found.remedy(format!("paths start from the folder of this file: write `{meant}`")),
            None => found.remedy("paths start from the folder of this file"),
        };
        self.findings.add_by(by, &written.at, "nothing is there", found);
        None
    }
}
