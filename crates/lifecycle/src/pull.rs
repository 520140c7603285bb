//! An image that cannot be pulled, in Azure's words and with our finding.

use diagnosis::{Diagnosis, engine as rows};
use engine::EngineError;
use model::{Deployment, EnvironmentSource};
use semantics::image::pull;
use semantics::image::registry::{Access, access};

const DOCKER_HUB: &str = "docker.io";

/// `None`: it is about something else.
pub fn failed(deployment: &Deployment, error: &EngineError) -> Option<Diagnosis> {
    let found = match error {
        EngineError::Denied { .. } => rows::IMAGE_DENIED,
        EngineError::ImageNotFound { .. } => rows::IMAGE_NOT_FOUND,
        EngineError::Unreachable { .. } => rows::IMAGE_UNREACHABLE,
        EngineError::RegistryFailed { .. } => rows::REGISTRY_FAILED,
        _ => return None,
    };
    let name = &deployment.name;
    let diagnosis = match pulled_in_azure(deployment) {
        None => Diagnosis::error(found, format!("{name}: {error}")),
        Some(built) => {
            let headline = pull::failed(deployment.kind, built, found);
            Diagnosis::error(headline.code, format!("{name}: {}: {error}", headline.words)).caused_by(found)
        }
    };
    Some(diagnosis.remedy(remedy(error)))
}

/// Empty: that of the code.
fn remedy(error: &EngineError) -> String {
    let EngineError::Denied { image, login, .. } = error else { return String::new() };
    let registry = engine::registry(image);
    let (log_in, azure) = match access(registry) {
        Access::AcrPull(name) => (format!("az acr login -n {name}"), format!("needs AcrPull on {name}")),
        _ if registry == DOCKER_HUB => ("docker login".to_owned(), "needs AcrPull".to_owned()),
        _ => {
            (format!("docker login {registry}"), "needs AcrPull, which only Azure Container Registry knows".to_owned())
        }
    };
    let refused = if *login { "the login for it is not accepted, or may not pull: " } else { "" };
    format!(
        "{refused}log in (`{log_in}`; in Azure the endpoint's identity {azure}), or name an image of this machine under [images] in local-endpoint.toml"
    )
}

/// Whether Azure builds something on the image first; `None` for a stand-in of this machine, which Azure never sees.
fn pulled_in_azure(deployment: &Deployment) -> Option<bool> {
    match &deployment.environment.source {
        EnvironmentSource::Build { .. } => Some(true),
        EnvironmentSource::Image { image, written, conda } => (image == written).then_some(conda.is_some()),
    }
}
