//! Which deployments a debugger can be attached to.

use super::command::reloads;
use super::layout::app_root;
use model::{Deployment, RunOptions};
use std::path::PathBuf;

/// The code that is debugged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DebuggedCode {
    pub folder: PathBuf,
    /// Where the folder is in the container; the process engine has it below the instance's private root.
    pub target: String,
}

/// `None`: nothing of the user's runs in Azure's inference server.
pub fn debugged_code(deployment: &Deployment) -> Option<DebuggedCode> {
    let code = deployment.code.as_ref().filter(|_| hosted(deployment))?;
    Some(DebuggedCode { folder: code.folder.clone(), target: app_root(deployment)? })
}

fn hosted(deployment: &Deployment) -> bool {
    deployment.environment.inference_config.is_none() && reloads(deployment)
}

pub fn is_debugged(deployment: &Deployment, options: &RunOptions) -> bool {
    options.debug && debugged_code(deployment).is_some()
}

/// Variables that win over the user's: gunicorn and the server would end a worker that stands at a breakpoint, and one worker
/// is enough to be debugged.
pub const VARIABLES: [(&str, &str); 4] = [
    ("WORKER_COUNT", "1"),
    ("WORKER_PRELOAD", "false"),
    ("WORKER_TIMEOUT", "0"),
    // A week.
    ("SCORING_TIMEOUT_MS", "604800000"),
];
