//! What environments are made of, as a name for a cache that outlives the machine.

use super::recipe;
use diagnosis::{Diagnosis, engine as rows};
use engine::{BuildContext, EngineKind, Recipe};
use model::{Deployment, RunOptions};
use sha2::{Digest, Sha256};
use std::io;

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
            let content = BuildContext::read(folder, dockerfile).and_then(|context| context.content());
            hash.update(dockerfile);
            hash.update(content.map_err(|error| unreadable(deployment, &error))?);
        }
        Recipe::Python { key, .. } => hash.update(key),
        Recipe::Image { image, .. } => hash.update(image),
        Recipe::Derived { tag, .. } => hash.update(tag),
    }
    let packages = plan.conda.map(|conda| conda.document).unwrap_or_default();
    Ok(hash.chain_update([0]).chain_update(packages).finalize().to_vec())
}

fn unreadable(deployment: &Deployment, error: &io::Error) -> Diagnosis {
    Diagnosis::error(
        rows::IMAGE_BUILD_FAILED,
        format!("{}: the build context cannot be read: {error}", deployment.name),
    )
}
