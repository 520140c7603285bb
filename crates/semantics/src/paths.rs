//! The paths of an endpoint, as the client knows them and as the container does.

use crate::refusal::Refusal;
use model::{Profile, Reason};
use std::borrow::Cow;

const SWAGGER: &str = "/swagger.json";

/// The path of `scoring_uri`. `container`: the scoring path in the container.
///
/// Kubernetes names the endpoint, whatever the path in the container is (inferred from the swagger path).
pub fn scoring<'a>(profile: Profile, endpoint: &str, container: &'a str) -> Cow<'a, str> {
    match profile {
        Profile::Managed | Profile::Passthrough => Cow::Borrowed(container),
        Profile::Kubernetes => Cow::Owned(format!("/api/v1/endpoint/{endpoint}/score")),
    }
}

/// The path of `openapi_uri`.
pub fn openapi(profile: Profile, endpoint: &str) -> Cow<'static, str> {
    match profile {
        Profile::Managed | Profile::Passthrough => Cow::Borrowed(SWAGGER),
        Profile::Kubernetes => Cow::Owned(format!("/api/v1/endpoint/{endpoint}{SWAGGER}")),
    }
}

/// What the container is asked for; `None`: no endpoint has this path.
///
/// Azure's front end allow-lists no path of a managed endpoint. On Kubernetes what stands behind the endpoint's name is
/// the container's, with `/score` for its scoring path (inferred).
pub fn inward<'a>(profile: Profile, endpoint: &str, container: &str, path: &'a str) -> Option<Cow<'a, str>> {
    if profile != Profile::Kubernetes {
        return Some(Cow::Borrowed(path));
    }
    let rest = path.strip_prefix("/api/v1/endpoint/")?.strip_prefix(endpoint)?;
    match rest.strip_prefix("/score") {
        Some(below) if below.is_empty() || below.starts_with('/') => Some(Cow::Owned(format!("{container}{below}"))),
        _ => rest.starts_with('/').then_some(Cow::Borrowed(rest)),
    }
}

/// Documented text of a Kubernetes endpoint whose container has no swagger; the status is inferred.
const SWAGGER_NOT_FOUND: Refusal = Refusal::text(404, Reason::ModelError, "Swagger not found");

/// `path`: what the container is asked for.
pub fn is_swagger(path: &str) -> bool {
    path == SWAGGER
}

/// `status`: what the container said when it was asked for its swagger.
pub fn no_swagger(profile: Profile, status: u16) -> Result<(), Refusal> {
    let missing = profile == Profile::Kubernetes && status == 404;
    if missing { Err(SWAGGER_NOT_FOUND) } else { Ok(()) }
}
