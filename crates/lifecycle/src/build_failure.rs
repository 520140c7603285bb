//! An environment that could not be made, in Azure's words, with our finding and the line that asks for too much.

use crate::explain::TAIL;
use crate::plan::distribution;
use diagnosis::{Diagnosis, Place, engine as rows};
use engine::EngineError;
use model::{Deployment, EnvironmentSource};
use semantics::build_log;
use std::path::{Path, PathBuf};

/// `None`: it is about something else.
pub fn failed(deployment: &Deployment, error: &EngineError) -> Option<Diagnosis> {
    let name = &deployment.name;
    let (found, log) = match error {
        EngineError::BuildFailed { step, reason, log } => {
            let message = format!("{name}: the environment could not be built");
            let found = Diagnosis::error(rows::IMAGE_BUILD_FAILED, message);
            (found.fact("step", step).fact("reason", reason), log)
        }
        EngineError::BuildTimedOut { step, after, log } => {
            let message = format!("{name}: the build was ended after {} s", after.as_secs());
            let found = Diagnosis::error(rows::IMAGE_BUILD_FAILED, message).caused_by(rows::BUILD_TIMED_OUT);
            (found.fact("step", step), log)
        }
        EngineError::IndexUnreachable { step, log, .. } => {
            // pip's last words are that no index has the package, which nobody knows.
            let found = Diagnosis::error(rows::PACKAGE_INDEX_UNREACHABLE, format!("{name}: {error}"));
            return Some(found.fact("step", step).log_tail(tail(log)));
        }
        EngineError::BuildKitMissing { .. } => {
            let found = Diagnosis::error(rows::IMAGE_BUILD_FAILED, format!("{name}: {error}"));
            return Some(found.caused_by(rows::BUILDKIT_MISSING));
        }
        _ => return None,
    };
    let found = found.log_tail(tail(log));
    let Some(finding) = build_log::explain(&log.join("\n")) else { return Some(found) };
    let place = finding.pin.and_then(|pin| asked_for(deployment, &pin));
    let found = Diagnosis { place, ..found.fact("found", finding.what) };
    Some(if found.cause.is_some() { found } else { found.remedy(finding.remedy) })
}

fn tail(log: &[String]) -> Vec<String> {
    log[log.len().saturating_sub(TAIL)..].to_vec()
}

/// The line of the conda file, or of the deployment that has it inline, which asks for this package.
fn asked_for(deployment: &Deployment, pin: &str) -> Option<Place> {
    let EnvironmentSource::Image { conda: Some(conda), .. } = &deployment.environment.source else { return None };
    let file = conda.path.as_ref().unwrap_or(&deployment.file);
    let text = std::fs::read_to_string(file).ok()?;
    let wanted = distribution(pin);
    let entry =
        |line: &str| line.trim().strip_prefix('-').map(|entry| entry.trim().trim_matches(['"', '\'']).to_owned());
    let asks = |line: &str| entry(line).is_some_and(|entry| of_entry(&entry) == wanted);
    let line = text.lines().position(asks)? + 1;
    Some(Place::Source { file: shown(deployment, file), line })
}

/// `conda-forge::numpy=1.2` and `numpy==1.2` are numpy; of a requirements.txt the whole line is one.
fn of_entry(entry: &str) -> String {
    distribution(entry.rsplit("::").next().unwrap_or(entry))
}

fn shown(deployment: &Deployment, file: &Path) -> PathBuf {
    let project = deployment.file.parent().unwrap_or(Path::new(""));
    file.strip_prefix(project).unwrap_or(file).to_owned()
}
