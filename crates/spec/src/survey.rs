//! Everything a request leads to, faults or not: what `load` makes its verdict of, and `check` its report.

use crate::assemble::endpoints;
use crate::check::{Checker, Rules};
use crate::classify::Class;
use crate::discover::{Discovered, Parsed, discover};
use crate::files::Files;
use crate::findings::{By, Findings};
use crate::meant::Context;
use crate::notices;
use crate::overlay::{Overlay, OverlayRead};
use crate::paths;
use crate::request::LoadRequest;
use crate::source::{At, Source};
use crate::tree::{Entry, Node};
use crate::{overrides, variables, written};
use diagnosis::{Diagnosis, Place, Severity};
use model::{DeploymentKind, DesiredEndpoint};
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub struct Survey {
    /// The project folder, canonical.
    pub root: PathBuf,
    pub files: Vec<Surveyed>,
    /// As far as they could be made out: a deployment whose environment says nothing is not among them.
    pub endpoints: Vec<DesiredEndpoint>,
    pub overlay: Overlay,
    /// Errors, warnings and notes, in file order.
    pub found: Vec<Diagnosis>,
    /// Whose rule each of `found` is.
    pub by: Vec<By>,
}

impl Survey {
    /// What az's own loader says, without a network.
    pub fn of_loader(&self) -> impl Iterator<Item = &Diagnosis> {
        self.found.iter().zip(&self.by).filter(|(_, by)| **by == By::Loader).map(|(found, _)| found)
    }

    pub fn failed(&self) -> bool {
        self.found.iter().any(|it| it.severity == Severity::Error)
    }
}

/// An endpoint's or a deployment's file that could be parsed.
#[derive(Debug)]
pub struct Surveyed {
    pub path: PathBuf,
    pub kind: DeploymentKind,
    pub is_endpoint: bool,
    parsed: Parsed,
}

impl Surveyed {
    /// As messages name it.
    pub fn shown(&self) -> PathBuf {
        paths::shown(&self.path)
    }

    /// The folder that relative paths written in the file start from, absolute.
    pub fn folder(&self) -> &Path {
        self.parsed.source.folder()
    }

    /// Where the value of `a.b.c` stands; of its key when the value is a block.
    pub fn place(&self, keys: &[&str], label: &str) -> Option<Place> {
        let entry = self.entry(keys)?;
        let at = if entry.value.is_map() { &entry.key.at } else { &entry.value.at };
        matches!(*at.source, Source::File { .. }).then(|| at.place(label))
    }

    /// The text written for `a.b.c`.
    pub fn text(&self, keys: &[&str]) -> Option<&str> {
        self.entry(keys)?.value.text()
    }

    fn entry(&self, keys: &[&str]) -> Option<&Entry> {
        let (last, above) = keys.split_last()?;
        let block = above.iter().try_fold(&self.parsed.document.root, |node: &Node, key| node.get(key))?;
        block.entry(last)
    }
}

/// Reads a project. Error: the one reason why there is nothing to read.
pub fn survey(request: &LoadRequest) -> Result<Survey, Box<Diagnosis>> {
    let (files, findings) = (Files::default(), Findings::default());
    let mut found = discover(request, &files, &findings)?;
    overrides::apply(request, &mut found.files, &findings);
    found.files.iter().for_each(|file| check(file, &findings));
    let overlay = OverlayRead::read(&overlay_folders(&found), &files, &findings);
    let context = Context { findings: &findings, files: &files, overlay: &overlay, root: &found.root };
    let endpoints = endpoints(&context, &found.files, &variables::read(request, &findings));
    notices::skipped(&found.others, &files, &findings);
    let public = overlay.public(&findings);
    let read = found.files.into_iter().map(surveyed).collect();
    let (all, by) = findings.into_ordered().into_iter().map(|it| (it.diagnosis, it.by)).unzip();
    Ok(Survey { root: found.root, files: read, endpoints, overlay: public, found: all, by })
}

fn surveyed(parsed: Parsed) -> Surveyed {
    let root = &parsed.document.root;
    let is_endpoint = parsed.class == Class::Endpoint;
    let kubernetes = if is_endpoint {
        std::ptr::eq(written::endpoint::block(root), &raw const crate::schema::endpoint::KUBERNETES)
    } else {
        std::ptr::eq(written::deployment::block(root), &raw const crate::schema::deployment::KUBERNETES)
    };
    let kind = if kubernetes { DeploymentKind::Kubernetes } else { DeploymentKind::Managed };
    Surveyed { path: parsed.path.clone(), kind, is_endpoint, parsed }
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
    notices::versions(&file.document, findings);
}
