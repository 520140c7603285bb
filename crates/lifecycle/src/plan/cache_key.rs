//! What environments are made of, as a name for a cache that outlives the machine.

use super::recipe;
use diagnosis::Diagnosis;
use engine::{EngineKind, Recipe};
use model::{Deployment, RunOptions};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// 16 hex digits over the recipes of these deployments, in any order: images by name, packages, and the content of build
/// contexts. Equal keys, equal environments, as far as a floating tag allows.
///
/// # Errors
/// What a deployment's environment could not be made for.
pub fn cache_key<'a>(
    deployments: impl Iterator<Item = &'a Deployment>,
    kind: EngineKind,
    options: &RunOptions,
) -> Result<String, Diagnosis> {
    let mut parts = deployments.map(|it| part(it, kind, options)).collect::<Result<Vec<_>, _>>()?;
    parts.sort();
    parts.dedup();
    Ok(parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize()[..8]
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}")))
}

fn part(deployment: &Deployment, kind: EngineKind, options: &RunOptions) -> Result<Vec<u8>, Diagnosis> {
    let plan = recipe::environment(deployment, kind, options)?;
    let mut hash = Sha256::new();
    match &plan.recipe {
        Recipe::Context { folder, dockerfile, .. } => {
            hash.update(dockerfile);
            content(folder, folder, &mut hash);
        }
        Recipe::Python { key, .. } => hash.update(key),
        Recipe::Image { image, .. } => hash.update(image),
        Recipe::Derived { tag, .. } => hash.update(tag),
    }
    let packages = plan.conda.map(|conda| conda.requirements.join("\n")).unwrap_or_default();
    Ok(hash.chain_update([0]).chain_update(packages).finalize().to_vec())
}

/// Paths and bytes; a link counts as what it points to, and a time as nothing: a fresh clone has other times.
fn content(root: &Path, path: &Path, hash: &mut Sha256) {
    if !path.is_dir() {
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        hash.update(name);
        hash.update([0]);
        return hash.update(fs::read(path).unwrap_or_default());
    }
    let mut entries: Vec<_> = fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries.iter().filter(|entry| !(entry.is_dir() && entry.is_symlink())).for_each(|entry| content(root, entry, hash));
}
