//! Which headers pass, and which the front end adds. Names are lower case.

use model::Profile;

/// What every answer of the front end says of itself.
pub const SERVER: &str = "azureml-frontdoor";
/// Names the deployment a request wants, and on the answer the one that served it.
pub const DEPLOYMENT: &str = "azureml-model-deployment";

/// Ends at this hop, both ways: RFC 9110, 7.6.1, and its two forerunners. What `connection` itself names is the
/// connection's affair, and trailers that pass need theirs.
pub fn is_hop_by_hop(name: &str) -> bool {
    matches!(
        name,
        "connection"
            | "keep-alive"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "proxy-connection"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
    )
}

/// Whether a header never reaches the container. Passthrough keeps back only `expect`, which the door has answered.
pub fn withheld_from_container(profile: Profile) -> fn(&str) -> bool {
    match profile {
        Profile::Managed | Profile::Kubernetes => is_withheld_from_container,
        Profile::Passthrough => |name| name == "expect",
    }
}

/// Whether a header of the container's answer never reaches the client.
pub fn withheld_from_client(profile: Profile) -> fn(&str) -> bool {
    match profile {
        Profile::Managed | Profile::Kubernetes => is_withheld_from_client,
        Profile::Passthrough => |_| false,
    }
}

/// Whether the front end writes headers of its own: ids, `server`, the deployment's name.
pub fn signs(profile: Profile) -> bool {
    profile != Profile::Passthrough
}

/// The credential, the ids that are replaced, `expect`, which the front end has answered.
fn is_withheld_from_container(name: &str) -> bool {
    matches!(name, "authorization" | "x-request-id" | "x-ms-client-request-id" | "expect") || is_of_envoy(name)
}

/// Replaced or dropped. Header names that Azure itself writes cannot be forged by a container (inferred).
fn is_withheld_from_client(name: &str) -> bool {
    matches!(name, "server" | "x-request-id" | DEPLOYMENT) || is_of_proxy(name) || is_of_envoy(name)
}

fn is_of_proxy(name: &str) -> bool {
    name.starts_with("ms-azureml-")
}

fn is_of_envoy(name: &str) -> bool {
    name.starts_with("x-envoy-")
}
