//! What this person's machine tells installers, on the way to a build.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Nothing that is built keeps any of it. Values may be secrets.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BuildSettings {
    /// `--build-deadline`, or `[build] deadline` of the overlay. `None`: ours.
    pub deadline: Option<Duration>,
    /// Proxies, and what pip and conda read of the environment.
    pub variables: BTreeMap<String, String>,
    /// Configuration files of pip and conda, by their path in a folder of their own.
    pub files: BTreeMap<String, String>,
    /// Variables that name one of the files, or a folder of them.
    pub paths: BTreeMap<String, String>,
    /// Certificates that pip and conda are told to trust, as PEM.
    pub certificates: String,
}

/// Names alone.
impl fmt::Debug for BuildSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (variables, files): (Vec<_>, Vec<_>) = (self.variables.keys().collect(), self.files.keys().collect());
        let mut told = f.debug_struct("BuildSettings");
        told.field("deadline", &self.deadline).field("variables", &variables).field("files", &files);
        told.field("paths", &self.paths).finish_non_exhaustive()
    }
}
