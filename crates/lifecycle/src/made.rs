//! What `up` of a deployment stands on, where it is on this machine already.

use crate::plan::{self, EnvironmentPlan};
use diagnosis::{Diagnosis, engine as rows};
use engine::{Base, Engine, EngineKind, Recipe};
use model::{Deployment, RunOptions};
use std::sync::Arc;

/// Its images: what the YAML names, and what was made of it. Nothing is pulled and nothing built.
///
/// # Errors
/// `EnvironmentNotMade`: one of them is missing.
pub async fn made(
    docker: &Arc<dyn Engine>,
    deployment: &Deployment,
    options: &RunOptions,
) -> Result<Vec<String>, Diagnosis> {
    let EnvironmentPlan { recipe, conda, .. } = plan::environment(deployment, EngineKind::Docker, options)?;
    let base = find(docker, deployment, &recipe).await?;
    let Some(conda) = conda else { return Ok(vec![base.name]) };
    let recipe = plan::derived(&base, recipe, &conda).recipe;
    let derived = find(docker, deployment, &recipe).await?;
    Ok(vec![base.name, derived.name])
}

async fn find(docker: &Arc<dyn Engine>, deployment: &Deployment, recipe: &Recipe) -> Result<Base, Diagnosis> {
    let found = docker.find(recipe).await.map_err(|error| crate::explain::engine_error(deployment, error))?;
    let missing = || {
        let what = match recipe {
            Recipe::Image { image, .. } => format!("{image} is not on this machine yet"),
            _ => "its environment is not made yet".to_owned(),
        };
        Diagnosis::error(rows::ENVIRONMENT_NOT_MADE, format!("{}: {what}", deployment.name))
    };
    found.ok_or_else(missing)
}
