//! Which headers pass, and which the front end adds. Names are lower case.

/// What every answer of the front end says of itself.
pub const SERVER: &str = "azureml-frontdoor";
/// Names the deployment a request wants, and on the answer the one that served it.
pub const DEPLOYMENT: &str = "azureml-model-deployment";

/// RFC 9110, 7.6.1, and its two forerunners. What `connection` itself names is the connection's affair.
const HOP_BY_HOP: &[&str] = &[
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Ends at this hop, both ways.
pub fn is_hop_by_hop(name: &str) -> bool {
    HOP_BY_HOP.contains(&name)
}

/// Never reaches the container: the credential, the ids that are replaced, `expect`, which the front end has answered.
pub fn is_withheld_from_container(name: &str) -> bool {
    matches!(name, "authorization" | "x-request-id" | "x-ms-client-request-id" | "expect") || is_of_envoy(name)
}

/// Of the container's answer, replaced or dropped before the client sees it.
///
/// Header names that Azure itself writes cannot be forged by a container (inferred).
pub fn is_withheld_from_client(name: &str) -> bool {
    matches!(name, "server" | "x-request-id" | DEPLOYMENT) || is_of_proxy(name) || is_of_envoy(name)
}

fn is_of_proxy(name: &str) -> bool {
    name.starts_with("ms-azureml-")
}

fn is_of_envoy(name: &str) -> bool {
    name.starts_with("x-envoy-")
}
