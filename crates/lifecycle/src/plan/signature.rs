//! Whether what runs is still what is wanted: a hash of the desired state and of the files it names.

use model::{Deployment, EnvironmentSource};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// 32 hex digits over the deployment and over paths, sizes and times of its code and model: never over content,
/// since a model of a gigabyte must start at once.
pub fn signature(deployment: &Deployment, options: &model::RunOptions) -> String {
    let mut hash = Sha256::new();
    let meant = serde_json::to_string(&(deployment, options.engine, options.loose, options.instances, options.pull));
    hash.update(meant.unwrap_or_default());
    for path in files_of(deployment) {
        walk(path, &mut vec![], &mut hash);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
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
