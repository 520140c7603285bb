//! Whether the user of the container may read what it is given. In Azure files have no modes: what was uploaded can be
//! read there, so that only this machine's modes are to blame.

use diagnosis::{Diagnosis, plan, spec, start};
use engine::{Ids, unreadable};
use model::Deployment;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

/// How many files are named where there are many.
const NAMED: usize = 3;

/// The model has to be readable as a whole; what is not of the code is said.
///
/// # Errors
/// Azure's words of what it may not read.
pub fn checked(deployment: &Deployment, model: Option<PathBuf>, ids: &Ids) -> Result<Vec<Diagnosis>, Diagnosis> {
    let of = |path: Option<&PathBuf>| path.map_or(vec![], |path| unreadable(path, ids));
    let who = format!("user {} of the container may not read", ids.user);
    let model = of(model.as_ref());
    if let Some(first) = model.first() {
        let what = format!("{who} {}", names(deployment, &model));
        let message = format!("{}: Startup task failed due to authorization error: {what}", deployment.name);
        let fault = Diagnosis::error(spec::MODEL_NOT_FOUND, message).caused_by(start::USER_MODEL_UNREADABLE);
        return Err(fault.fact("mode", mode(first)));
    }
    let code = of(deployment.code.as_ref().map(|code| &code.folder));
    let Some(first) = code.first() else { return Ok(vec![]) };
    let message = format!("{}: {who} {}", deployment.name, names(deployment, &code));
    Ok(vec![Diagnosis::warning(plan::FILE_UNREADABLE, message).fact("mode", mode(first))])
}

/// `a, b, c and 4 more`
pub fn names(deployment: &Deployment, paths: &[PathBuf]) -> String {
    let shown = paths.iter().take(NAMED).map(|path| deployment.shown(path).display().to_string());
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if let Some(more) = paths.len().checked_sub(NAMED).filter(|more| *more > 0) {
        let _ = write!(text, " and {more} more");
    }
    text
}

/// Of a file on this machine: `0600 of user 1000`.
#[derive(Debug)]
pub struct Mode {
    bits: u32,
    user: u32,
}

impl Mode {
    /// `None`: it is not there, or has none.
    #[cfg(unix)]
    pub fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let about = std::fs::metadata(path).ok()?;
        Some(Self { bits: about.mode() & 0o7777, user: about.uid() })
    }

    #[cfg(not(unix))]
    pub fn of(_: &Path) -> Option<Self> {
        None
    }

    /// Not everybody may read it.
    pub fn is_closed(&self) -> bool {
        self.bits & 0o004 == 0
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04o} of user {}", self.bits, self.user)
    }
}

fn mode(path: &Path) -> String {
    Mode::of(path).map(|mode| mode.to_string()).unwrap_or_default()
}
