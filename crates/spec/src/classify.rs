//! What a YAML file is: an endpoint, a deployment, or neither.

use crate::schema::endpoint::{KUBERNETES, MANAGED};
use crate::tree::{Node, Value};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Endpoint,
    Deployment,
    Other,
}

/// Keys that only a deployment has.
const DEPLOYMENT: &[&str] = &["endpoint_name", "code_configuration", "instance_type"];
/// Keys of which an endpoint has at least one.
const ENDPOINT: &[&str] = &["name", "auth_mode", "traffic", "mirror_traffic"];

pub fn classify(root: &Node) -> Class {
    let schema = root.get("$schema").and_then(Node::text).map(str::to_lowercase).unwrap_or_default();
    let has = |keys: &[&str]| keys.iter().any(|key| root.entry(key).is_some());
    let only_endpoint =
        || root.entries().iter().all(|e| MANAGED.key(&e.name()).or(KUBERNETES.key(&e.name())).is_some());
    if schema.contains("onlinedeployment") {
        Class::Deployment
    } else if schema.contains("onlineendpoint") {
        Class::Endpoint
    } else if schema.contains(".schema.json") {
        Class::Other
    } else if has(DEPLOYMENT) {
        Class::Deployment
    } else if has(ENDPOINT) && only_endpoint() {
        Class::Endpoint
    } else {
        Class::Other
    }
}

/// Whether text that is no YAML was meant to be an endpoint or a deployment.
pub fn looks_meant(text: &str) -> bool {
    let keys = DEPLOYMENT.iter().chain(&["auth_mode", "traffic", "mirror_traffic"]);
    let schema = text.contains("OnlineDeployment.schema.json") || text.contains("OnlineEndpoint.schema.json");
    schema || keys.into_iter().any(|key| text.lines().any(|line| line.starts_with(&format!("{key}:"))))
}

/// What another file probably is, for the message.
pub fn guess(root: &Node) -> &'static str {
    let has = |key: &str| root.entry(key).is_some();
    if root.value == Value::Null {
        "it is empty"
    } else if !root.is_map() {
        "it is no mapping"
    } else if has("dependencies") || has("channels") {
        "it looks like a conda file"
    } else if has("image") || has("conda_file") {
        "it looks like an environment"
    } else if has("path") {
        "it looks like a model"
    } else {
        "it has neither `endpoint_name` nor only an endpoint's keys"
    }
}
