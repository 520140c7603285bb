//! One deployment under check, with the file that it was written in.

use diagnosis::{Diagnosis, Place};
use model::{CondaFile, Deployment, EnvironmentSource};
use spec::{Overlay, Surveyed};
use std::path::{Path, PathBuf};

pub struct Subject<'a> {
    pub deployment: &'a Deployment,
    pub file: &'a Surveyed,
    pub overlay: &'a Overlay,
}

impl Subject<'_> {
    /// The environment has routes of its own: whatever serves there, it is not Azure's inference server.
    pub fn is_custom(&self) -> bool {
        self.deployment.environment.inference_config.is_some()
    }

    /// Azure's inference server runs the script, as far as can be seen.
    pub fn is_served(&self) -> bool {
        !self.is_custom() && self.deployment.code.is_some()
    }

    pub fn conda(&self) -> Option<&CondaFile> {
        match &self.deployment.environment.source {
            EnvironmentSource::Image { conda, .. } => conda.as_ref(),
            EnvironmentSource::Build { .. } => None,
        }
    }

    pub fn variable(&self, name: &str) -> Option<&str> {
        self.deployment.environment_variables.get(name).map(String::as_str)
    }

    /// `WORKER_COUNT`; 1 when it is not set. `None`: no number.
    pub fn workers(&self) -> Option<u32> {
        self.variable("WORKER_COUNT").map_or(Some(1), |text| text.trim().parse().ok())
    }

    /// At the first of these keys that was written, else at the file.
    pub fn at(&self, found: Diagnosis, keys: &[&[&str]], label: &str) -> Diagnosis {
        match keys.iter().find_map(|keys| self.file.yaml.place(keys, label)) {
            Some(place) => found.at(place),
            None => found.at(Place::File(self.file.yaml.shown())),
        }
    }
}

/// As messages name a path: below the working folder relative to it.
pub fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let here = here.canonicalize().unwrap_or(here);
    path.strip_prefix(&here).map_or_else(|_| path.to_owned(), Path::to_owned)
}
