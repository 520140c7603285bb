//! From a request to the project: the order of the steps.

use crate::assemble::endpoints;
use crate::check::{Checker, Rules};
use crate::classify::Class;
use crate::discover::{Discovered, Parsed, discover};
use crate::files::Files;
use crate::findings::Findings;
use crate::meant::Context;
use crate::notices;
use crate::overlay::{Overlay, OverlayRead};
use crate::request::LoadRequest;
use crate::source::At;
use crate::{overrides, variables, written};
use diagnosis::{Diagnosis, Severity};
use model::DesiredEndpoint;
use std::path::{Path, PathBuf};

/// What a folder asks for.
#[derive(Debug, Clone)]
pub struct Project {
    /// The project folder, canonical.
    pub root: PathBuf,
    pub endpoints: Vec<DesiredEndpoint>,
    pub overlay: Overlay,
    /// Warnings and notes, in file order.
    pub notices: Vec<Diagnosis>,
}

/// Reads a project. Errors: every fault, and the warnings among them, in file order; exit code 2.
pub fn load(request: &LoadRequest) -> Result<Project, Vec<Diagnosis>> {
    let (files, findings) = (Files::default(), Findings::default());
    let mut found = match discover(request, &files, &findings) {
        Ok(found) => found,
        Err(fault) => return Err(vec![*fault]),
    };
    overrides::apply(request, &mut found.files, &findings);
    found.files.iter().for_each(|file| check(file, &findings));
    let overlay = OverlayRead::read(&overlay_folders(&found), &files, &findings);
    let context = Context { findings: &findings, files: &files, overlay: &overlay, root: &found.root };
    let endpoints = endpoints(&context, &found.files, &variables::read(request, &findings));
    notices::skipped(&found.others, &files, &findings);
    let public = overlay.public(&findings);
    finish(Project { root: found.root, endpoints, overlay: public, notices: vec![] }, findings)
}

fn finish(project: Project, findings: Findings) -> Result<Project, Vec<Diagnosis>> {
    let failed = findings.failed();
    let notices = findings.into_ordered();
    if failed {
        Err(notices.into_iter().filter(|it| it.severity != Severity::Note).collect())
    } else {
        Ok(Project { notices, ..project })
    }
}

/// Beside the YAML: the project folder, then the folder of the first file.
fn overlay_folders(found: &Discovered) -> Vec<&Path> {
    let first = found.files.first().map(|file| file.source.folder());
    [found.root.as_path()].into_iter().chain(first).collect()
}

fn check(file: &Parsed, findings: &Findings) {
    let root = &file.document.root;
    let block = match file.class {
        Class::Endpoint => written::endpoint::block(root),
        _ => written::deployment::block(root),
    };
    Checker { findings, rules: Rules::Azure, root: block }.block(root, block, &At::start(&file.source));
    notices::overridden(&file.document.overridden, findings);
}
