//! What a person should know of the image that is used, before it is.

use diagnosis::{Diagnosis, plan};
use engine::ImageSource;
use model::{Deployment, EnvironmentSource};
use semantics::image::floating::{RENEWED, is_floating};
use semantics::image::registry::{Access, access};
use std::time::Duration;

const DAY: u64 = 24 * 3600;

/// Of the image that the YAML names; a stand-in of this machine is nobody's but this machine's. `now` in unix seconds.
pub fn image_notes(deployment: &Deployment, source: &ImageSource, now: i64) -> Vec<Diagnosis> {
    match &deployment.environment.source {
        EnvironmentSource::Image { image, written, .. } if image == written => {
            private(deployment, source).into_iter().chain(old(deployment, image, source, now)).collect()
        }
        _ => vec![],
    }
}

fn private(deployment: &Deployment, source: &ImageSource) -> Option<Diagnosis> {
    let registry = source.login.as_deref()?;
    let needs = match access(registry) {
        Access::Public => return None,
        Access::AcrPull(name) => format!("in Azure the endpoint's identity needs AcrPull on {name}"),
        Access::Impossible => {
            "Azure takes no login of a registry, so an image that is private there must move to Azure Container Registry"
                .to_owned()
        }
    };
    let message = format!("{}: your docker login opens {registry}; {needs}", deployment.name);
    Some(Diagnosis::note(plan::PRIVATE_REGISTRY, message))
}

fn old(deployment: &Deployment, image: &str, source: &ImageSource, now: i64) -> Option<Diagnosis> {
    source.digest.as_ref().filter(|_| is_floating(image))?;
    let age = |since: i64| Duration::from_secs(u64::try_from(now - since).unwrap_or_default());
    let (age, what) = match (source.pulled, source.seen) {
        (Some(pulled), _) => (age(pulled), "the copy pulled"),
        (None, Some(seen)) => (age(seen), "a copy first used here"),
        (None, None) => return None,
    };
    let days = age.as_secs() / DAY;
    let message = format!(
        "{}: {image} is {what} {days} days ago; --pull always asks the registry for its newest",
        deployment.name
    );
    (age >= RENEWED).then(|| Diagnosis::note(plan::IMAGE_OLD, message))
}
