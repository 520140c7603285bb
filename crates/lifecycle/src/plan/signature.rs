//! Whether what runs is still what is wanted: a hash of the desired state and of the files it names.

use model::{Deployment, EnvironmentSource, Probe, RequestSettings, RunOptions, SkuLimits};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// Two hashes of 32 hex digits, over the deployment and over paths, sizes and times of its code and model: never over
/// content, since a model of a gigabyte must start at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// What an instance is made of: instances of another signature are replaced. Their label.
    pub instance: String,
    /// The same and all that is applied while they run: their number, limits of requests, probes.
    pub whole: String,
}

pub fn signature(deployment: &Deployment, options: &RunOptions) -> Signature {
    let mut files = Sha256::new();
    files_of(deployment).for_each(|path| walk(path, &mut vec![], &mut files));
    let files = files.finalize();
    let hash = |meant: Result<String, serde_json::Error>| {
        let hash = Sha256::new().chain_update(meant.unwrap_or_default()).chain_update(files).finalize();
        hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    };
    let launched = (options.engine, options.loose, options.pull, options.sku_limits);
    Signature {
        instance: hash(serde_json::to_string(&(made_of(deployment, options), launched))),
        whole: hash(serde_json::to_string(&(deployment, launched, options.instances, options.time_scale))),
    }
}

/// The deployment without what is applied to running instances; a key that is not named here restarts them.
fn made_of(deployment: &Deployment, options: &RunOptions) -> Deployment {
    let limited = options.sku_limits == SkuLimits::On;
    Deployment {
        request_settings: RequestSettings::default(),
        liveness_probe: Probe::default(),
        readiness_probe: Probe::default(),
        startup_probe: None,
        instance_count: 1,
        scale_settings: None,
        kept: serde_json::Map::new(),
        instance_type: deployment.instance_type.clone().filter(|_| limited),
        resources: deployment.resources.clone().filter(|_| limited),
        ..deployment.clone()
    }
}

fn files_of(deployment: &Deployment) -> impl Iterator<Item = &Path> {
    let code = deployment.code.as_ref().map(|code| code.folder.as_path());
    let model = deployment.model.as_ref().map(|model| model.path.as_path());
    let context = match &deployment.environment.source {
        EnvironmentSource::Build { context, .. } => Some(context.as_path()),
        EnvironmentSource::Image { .. } => None,
    };
    code.into_iter().chain(model).chain(context)
}

/// `above`: the folders that lead here, since a link may lead back to one of them.
fn walk(path: &Path, above: &mut Vec<PathBuf>, hash: &mut Sha256) {
    let Ok(metadata) = fs::metadata(path) else { return };
    if metadata.is_dir() {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        hash.update(format!("{}\n", path.display()));
        if !above.contains(&real) {
            above.push(real);
            entries(path).iter().for_each(|entry| walk(entry, above, hash));
            above.pop();
        }
        return;
    }
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    hash.update(format!("{}\0{}\0{}\n", path.display(), metadata.len(), modified.unwrap_or_default().as_nanos()));
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut entries: Vec<_> = listed.filter(|entry| !is_cache(entry)).collect();
    entries.sort();
    entries
}

/// Python writes these itself while it serves.
fn is_cache(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "__pycache__")
}
