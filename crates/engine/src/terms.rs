//! How a thing is made: nothing of this is in what comes out of it, and so in no key and no name.

use crate::hidden::Hidden;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// What a build is given, and keeps nowhere. Values may be secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct BuildTerms {
    /// Of images, `linux/arm64`: the one thing here that what comes out depends on. `None`: the engine's own.
    pub platform: Option<String>,
    /// It is ended then.
    pub deadline: Option<Duration>,
    /// Variables of whatever runs in it: proxies, settings of installers.
    pub variables: BTreeMap<String, String>,
    /// Files that are there while it runs, by their path in a folder of their own.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Variables that name one of the files, or a folder of them.
    pub paths: BTreeMap<String, String>,
    /// Certificates to trust beside those of the system, as PEM.
    pub certificates: Vec<u8>,
}

impl BuildTerms {
    /// What no log may show.
    pub(crate) fn hidden(&self) -> Hidden {
        let files = self.files.values().map(|content| String::from_utf8_lossy(content).into_owned());
        Hidden::of(self.variables.values().cloned().chain(files))
    }

    /// The variables that every builder knows without a word in the Dockerfile, and keeps out of the history.
    pub(crate) fn proxies(&self) -> impl Iterator<Item = (&String, &String)> {
        self.variables.iter().filter(|(name, _)| PROXIES.iter().any(|proxy| name.eq_ignore_ascii_case(proxy)))
    }
}

const PROXIES: [&str; 5] = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

/// Names alone.
impl fmt::Debug for BuildTerms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (variables, files): (Vec<_>, Vec<_>) = (self.variables.keys().collect(), self.files.keys().collect());
        let mut told = f.debug_struct("BuildTerms");
        told.field("deadline", &self.deadline).field("variables", &variables).field("files", &files);
        told.field("paths", &self.paths).finish_non_exhaustive()
    }
}
