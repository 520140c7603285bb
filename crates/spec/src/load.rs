//! The project, or why there is none.

use crate::overlay::Overlay;
use crate::request::LoadRequest;
use crate::survey::survey;
use diagnosis::{Diagnosis, Severity};
use model::DesiredEndpoint;
use std::path::PathBuf;

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
    let survey = survey(request).map_err(|fault| vec![*fault])?;
    if survey.failed() {
        return Err(survey.found.into_iter().filter(|it| it.severity != Severity::Note).collect());
    }
    Ok(Project { root: survey.root, endpoints: survey.endpoints, overlay: survey.overlay, notices: survey.found })
}
