//! What is said about the project as a whole: skipped files, equal names, implied endpoints.

use crate::azure_only::AzureOnly;
use crate::discover::names;
use crate::files::Files;
use crate::findings::Findings;
use crate::meant::Context;
use crate::paths;
use crate::tree::build::{Document, Overridden};
use crate::tree::{Node, Value};
use crate::written::endpoint::EndpointWritten;
use diagnosis::{Diagnosis, spec};
use model::{DesiredEndpoint, Endpoint};
use semantics::nearest::nearest;
use std::collections::HashSet;
use std::path::PathBuf;

/// YAML files of the folder that are neither, and that nothing refers to.
pub fn skipped(others: &[PathBuf], files: &Files, findings: &Findings) {
    let stray: Vec<PathBuf> = others.iter().filter(|path| !files.is_used(path)).cloned().collect();
    if !stray.is_empty() {
        let message = format!("skipped, neither an endpoint nor a deployment: {}", names(&stray));
        findings.add_last(Diagnosis::note(spec::FILES_SKIPPED, message));
    }
}

pub fn overridden(keys: &[Overridden], findings: &Findings) {
    for Overridden { key, by } in keys {
        let message = format!("`{}` is written twice; line {} wins", key.value.python(), by.line);
        findings.add(&key.at, "not used", Diagnosis::warning(spec::DUPLICATE_KEY, message));
    }
}

/// Plain scalars that YAML 1.1 and 1.2 read differently; variables that are booleans are reported as variables.
pub fn versions(document: &Document, findings: &Findings) {
    let variables = document.root.get("environment_variables").map(Node::entries).unwrap_or_default();
    let variables: HashSet<_> = variables
        .iter()
        .filter(|entry| matches!(entry.value.value, Value::Bool(_)))
        .map(|entry| entry.value.at.rank())
        .collect();
    for found in document.ambiguous.iter().filter(|it| !variables.contains(&it.at.rank())) {
        let read = match &found.read {
            Value::Text(_) => "a string".to_owned(),
            value => format!("{} {}", kind(value), value.python()),
        };
        let message = format!("`{}` is {read} to YAML 1.1 and to az, {} to YAML 1.2", found.text, found.newer);
        let warning = Diagnosis::warning(spec::YAML_VERSIONS_DIFFER, message);
        findings.add(&found.at, "read differently", warning);
    }
}

fn kind(value: &Value) -> &'static str {
    if matches!(value, Value::Bool(_)) { "the boolean" } else { "the number" }
}

/// One note for all keys that do something in Azure and nothing here.
pub fn azure_only(keys: &[AzureOnly], findings: &Findings) {
    let of_one_source = keys.chunk_by(|one, next| one.source == next.source).filter_map(|keys| {
        let names: Vec<&str> = keys.iter().map(|it| it.key.as_str()).collect();
        Some(format!("{} ({})", names.join(", "), keys.first()?.source))
    });
    let all: Vec<String> = of_one_source.collect();
    if !all.is_empty() {
        let message = format!("without effect on this machine: {}", all.join("; "));
        findings.add_last(Diagnosis::note(spec::AZURE_ONLY_KEYS, message));
    }
}

/// Deployments without an endpoint file.
pub fn implied(context: &Context<'_>, desired: &DesiredEndpoint, described: &[&Endpoint]) {
    let name = &desired.endpoint.name;
    let files: Vec<PathBuf> = desired.deployments.iter().map(|it| it.file.clone()).collect();
    if described.is_empty() {
        let message =
            format!("no endpoint file: endpoint `{name}` is taken from {}, with key authentication", names(&files));
        return context.findings.add_last(Diagnosis::note(spec::ENDPOINT_IMPLIED, message));
    }
    let known: Vec<&str> = described.iter().map(|it| it.name.as_str()).collect();
    let message =
        format!("{}: no file here describes endpoint `{name}`; it is made, with key authentication", names(&files));
    let found = Diagnosis::warning(spec::ENDPOINT_IMPLIED, message);
    let found = match nearest(name.as_str(), known.iter().copied()) {
        Some(meant) => found.remedy(format!("did you mean `endpoint_name: {meant}`?")),
        None => found.remedy(format!("endpoints here: {}", known.join(", "))),
    };
    context.findings.add_last(found);
}

/// A managed deployment below a Kubernetes endpoint, or the other way round.
pub fn kinds(context: &Context<'_>, written: &EndpointWritten, desired: &DesiredEndpoint) {
    for deployment in desired.deployments.iter().filter(|it| it.kind != desired.endpoint.kind) {
        let (endpoint, name) = (&desired.endpoint, &deployment.name);
        let message = format!(
            "endpoint `{}` is {:?}, its deployment `{name}` is {:?}",
            endpoint.name, endpoint.kind, deployment.kind
        );
        let found = Diagnosis::error(spec::SERVICE_REFUSES, message.replace("Managed", "managed"));
        let remedy = "write `type: kubernetes` in the deployment exactly when the endpoint has `compute`";
        context.findings.add(
            &written.at,
            "",
            found.fact("file", paths::shown(&deployment.file).display().to_string()).remedy(remedy),
        );
    }
}
