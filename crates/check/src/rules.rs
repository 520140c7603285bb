//! The rules, by what they look at.

pub mod conda;
pub mod folder;
pub mod imports;
pub mod instance;
pub mod logging;
pub mod paths;
pub mod probes;
pub mod quota;
pub mod script;
pub mod upload;
pub mod workers;

use crate::subject::Subject;
use diagnosis::Diagnosis;

/// Everything about one deployment.
pub fn of(subject: &Subject<'_>) -> Vec<Diagnosis> {
    let mut found = vec![];
    script::script(subject, &mut found);
    folder::folder(subject, &mut found);
    upload::upload(subject, &mut found);
    conda::conda(subject, &mut found);
    workers::workers(subject, &mut found);
    probes::probes(subject, &mut found);
    instance::instance(subject, &mut found);
    found
}
