//! What Azure says of an image that it cannot get.

use diagnosis::{Code, engine, spec};
use model::DeploymentKind;

/// Azure's name of it, and the words of its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Headline {
    pub code: Code,
    pub words: &'static str,
}

/// `built`: Azure builds an image on it (a conda file, a build context) before it deploys.
pub fn failed(kind: DeploymentKind, built: bool, found: Code) -> Headline {
    let (code, words) = match kind {
        _ if built => (engine::IMAGE_BUILD_FAILED, "the environment cannot be built"),
        DeploymentKind::Kubernetes => (engine::IMAGE_PULL_LOOP, "the image cannot be downloaded from its registry"),
        DeploymentKind::Managed if found == engine::IMAGE_DENIED => {
            (engine::RESOURCE_NOT_FOUND, "container registry is private or otherwise inaccessible")
        }
        // Azure's one name for what the deployment refers to and cannot be downloaded.
        DeploymentKind::Managed => (spec::MODEL_NOT_FOUND, "unable to download user container image"),
    };
    Headline { code, words }
}
