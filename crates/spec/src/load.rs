//! The project, or why there is none.

use crate::azure_only::AzureOnly;
use crate::overlay::Overlay;
use crate::survey::{Survey, survey};
use diagnosis::{Diagnosis, Severity};
use model::DesiredEndpoint;
use model::LoadRequest;
use std::path::PathBuf;

/// What a folder asks for.
#[derive(Debug, Clone)]
pub struct Project {
    /// The project folder, canonical.
    pub root: PathBuf,
    /// Every file that was read, absolute.
    pub read: Vec<PathBuf>,
    pub endpoints: Vec<DesiredEndpoint>,
    pub overlay: Overlay,
    /// Written keys without local meaning, in file order: the list behind the one note about them.
    pub azure_only: Vec<AzureOnly>,
    /// Warnings and notes, in file order.
    pub notices: Vec<Diagnosis>,
}

/// Reads a project. Errors: every fault, and the warnings among them, in file order; exit code 2.
pub fn load(request: &LoadRequest) -> Result<Project, Vec<Diagnosis>> {
    survey(request).map_err(|fault| vec![*fault])?.verdict()
}

impl Survey {
    /// As `load` decides.
    pub fn verdict(self) -> Result<Project, Vec<Diagnosis>> {
        if self.failed() {
            return Err(self.found.into_iter().filter(|it| it.severity != Severity::Note).collect());
        }
        let Self { root, read, endpoints, overlay, azure_only, found: notices, .. } = self;
        Ok(Project { root, read, endpoints, overlay, azure_only, notices })
    }
}
