//! What is said of an engine that does not have our files or our loopback.

use diagnosis::{Diagnosis, plan as rows};
use engine::{About, Ports};
use model::Deployment;
use std::path::PathBuf;

/// A mount is read-only and shows what the file is now; a copy is neither.
pub fn copied(deployment: &Deployment, paths: &[PathBuf]) -> Option<Diagnosis> {
    let names = paths.iter().map(|path| deployment.shown(path).display().to_string()).collect::<Vec<_>>().join(", ");
    let text = format!(
        "{}: the engine does not see this machine's files: {names} copied into each instance, where a program can \
         change its copy",
        deployment.name
    );
    (!paths.is_empty()).then(|| Diagnosis::note(rows::NOT_FAITHFUL, text))
}

/// On another machine nothing is on the loopback.
pub fn open_ports(about: &About) -> Option<Diagnosis> {
    let Ports::Host(host) = about.ports else { return None };
    let text = format!(
        "the engine is on another machine: its instances' own ports are open on {host}, to whoever reaches that \
         address, without a key"
    );
    Some(Diagnosis::warning(rows::PORTS_OPEN, text))
}
