//! The printed curl line: it works when it is pasted, and carries no key.

use diagnosis::quoted;
use model::EndpointDocument;
use std::path::Path;

pub fn line(endpoint: &EndpointDocument, project: &Path) -> String {
    let header =
        named_deployment(endpoint).map_or_else(String::new, |name| format!(" -H 'azureml-model-deployment: {name}'"));
    let (uri, credential, data) = (&endpoint.scoring_uri, credential(endpoint), data(project));
    format!("curl --noproxy '*' {uri}{credential} -H 'Content-Type: application/json'{header} {data}")
}

/// Fetched when the line runs; passthrough asks for none.
fn credential(endpoint: &EndpointDocument) -> String {
    if endpoint.front_door == "passthrough" {
        return String::new();
    }
    let which = if endpoint.auth_mode == "key" { "--key primary" } else { "--token" };
    // The variable is another form of output; here the bare value is meant.
    let form = std::env::var_os("LOCAL_ENDPOINT_OUTPUT").map_or("", |_| " -o human");
    format!(" -H \"Authorization: Bearer $({} keys -e {} {which}{form})\"", program(), endpoint.name)
}

/// Without traffic a request needs the header; the first deployment that is ready is named.
fn named_deployment(endpoint: &EndpointDocument) -> Option<&str> {
    if endpoint.traffic.values().any(|percent| *percent > 0) {
        return None;
    }
    let ready = |deployment: &&model::DeploymentDocument| deployment.instances.iter().any(|instance| instance.ready);
    let chosen = endpoint.deployments.iter().find(ready).or(endpoint.deployments.first());
    chosen.map(|deployment| deployment.name.as_str())
}

/// For a shell.
pub fn program() -> String {
    quoted(&called())
}

/// As it was called: a binary that is not on PATH is named by its path.
pub fn called() -> String {
    let called = std::env::args().next().unwrap_or_default();
    if !called.contains(std::path::MAIN_SEPARATOR) {
        return "local-endpoint".to_owned();
    }
    let path = std::path::absolute(&called).unwrap_or_else(|_| called.into());
    path.to_string_lossy().into_owned()
}

fn data(project: &Path) -> String {
    let sample = project.join("sample-request.json");
    if sample.is_file() { format!("--data @{}", quoted(&sample.to_string_lossy())) } else { "--data '{}'".to_owned() }
}
