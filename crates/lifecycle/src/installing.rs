//! How long an environment took to install, kept for later starts: Azure installs the packages of an MLflow model
//! without code when its container starts (documented: how-to-troubleshoot-online-endpoints, conda installation; in
//! 2026 deployments were seen whose packages were in an image, so that the start was shorter).

use crate::context::Context;
use diagnosis::{Diagnosis, local};
use engine::Recipe;
use model::{Deployment, NoCode};
use std::path::PathBuf;
use std::time::Duration;
use std::{fs, io};

/// What Azure would install at a start; `took`: it was installed here just now. Zero where nothing is known.
pub fn in_azure(
    context: &Context,
    deployment: &Deployment,
    recipe: &Recipe,
    took: Option<Duration>,
) -> Result<Duration, Diagnosis> {
    let (Some(NoCode::Mlflow), Recipe::Derived { tag: made_of, .. } | Recipe::Python { key: made_of, .. }) =
        (deployment.no_code(), recipe)
    else {
        return Ok(Duration::ZERO);
    };
    let path = context.folders.cache.join("installed").join(made_of.replace(['/', ':'], "-"));
    match took {
        None => Ok(known(&path).unwrap_or_default()),
        Some(took) => keep(&path, took).map(|()| took).map_err(|error| {
            let message = format!("{} cannot be written: {error}", path.display());
            Diagnosis::error(local::STATE_UNWRITABLE, message)
        }),
    }
}

fn keep(path: &PathBuf, took: Duration) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, took.as_millis().to_string())
}

/// `None`: it was made elsewhere.
fn known(path: &PathBuf) -> Option<Duration> {
    fs::read_to_string(path).ok()?.trim().parse().ok().map(Duration::from_millis)
}
