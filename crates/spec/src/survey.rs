//! Everything a request leads to, faults or not: what `load` makes its verdict of, and `check` its report.

use crate::assemble::endpoints;
use crate::azure_only::{AzureOnly, azure_only};
use crate::check::{Checker, Rules};
use crate::classify::Class;
use crate::discover::{Discovered, Parsed, discover};
use crate::files::Files;
use crate::findings::{By, Findings};
use crate::meant::Context;
use crate::notices;
use crate::overlay::{Overlay, OverlayRead};
use crate::source::At;
use crate::yaml_file::YamlFile;
use crate::{overrides, variables, written};
use diagnosis::{Diagnosis, Severity};
use model::LoadRequest;
use model::{DeploymentKind, DesiredEndpoint};
use std::cell::RefCell;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub struct Survey {
    /// The project folder, canonical.
    pub root: PathBuf,
    pub files: Vec<Surveyed>,
    /// Every file that was read, absolute.
    pub read: Vec<PathBuf>,
    /// YAML of assets that a deployment refers to: `model.yml`, `environment.yml`.
    pub assets: Vec<YamlFile>,
    /// As far as they could be made out: a deployment whose environment says nothing is not among them.
    pub endpoints: Vec<DesiredEndpoint>,
    pub overlay: Overlay,
    /// Written keys without local meaning, in file order.
    pub azure_only: Vec<AzureOnly>,
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
    pub yaml: YamlFile,
    pub kind: DeploymentKind,
    pub is_endpoint: bool,
}

/// Reads a project. Error: the one reason why there is nothing to read.
pub fn survey(request: &LoadRequest) -> Result<Survey, Box<Diagnosis>> {
    let (files, findings) = (Files::default(), Findings::default());
    let mut found = discover(request, &files, &findings)?;
    overrides::apply(request, &mut found.files, &findings);
    found.files.iter().for_each(|file| check(file, &findings));
    let overlay = OverlayRead::read(&overlay_folders(&found), &files, &findings);
    let azure_only = azure_only(&found.files);
    notices::azure_only(&azure_only, &findings);
    let assets = RefCell::default();
    let variables = variables::read(request, &findings);
    let context = Context {
        findings: &findings,
        files: &files,
        overlay: &overlay,
        root: &found.root,
        assets: &assets,
        variables: &variables,
    };
    let endpoints = endpoints(&context, &found.files);
    notices::skipped(&found.others, &files, &findings);
    let public = overlay.public(&findings);
    let (read, assets) = (files.opened(), assets.into_inner());
    let yaml = found.files.into_iter().map(surveyed).collect();
    let (all, by) = findings.into_ordered().into_iter().map(|it| (it.diagnosis, it.by)).unzip();
    Ok(Survey { root: found.root, files: yaml, read, assets, endpoints, overlay: public, azure_only, found: all, by })
}

fn surveyed(parsed: Parsed) -> Surveyed {
    let Parsed { path, source, document, class } = parsed;
    let (root, is_endpoint) = (document.root, class == Class::Endpoint);
    let kubernetes = if is_endpoint {
        std::ptr::eq(written::endpoint::block(&root), &raw const crate::schema::endpoint::KUBERNETES)
    } else {
        std::ptr::eq(written::deployment::block(&root), &raw const crate::schema::deployment::KUBERNETES)
    };
    let kind = if kubernetes { DeploymentKind::Kubernetes } else { DeploymentKind::Managed };
    Surveyed { yaml: YamlFile { path, source, root }, kind, is_endpoint }
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
