//! `--dry-run`: what would run, decided without asking an engine.

use crate::console::Console;
use crate::exit::Code;
use crate::printed::Printed;
use diagnosis::Diagnosis;
use lifecycle::plan::{GIVEN_AT_THE_START, Layout, Routes, Sidecar, injected, merged, mounts};
use model::{Deployment, Desired, EnvironmentSource, Probe, TokenSource};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Document {
    schema_version: u32,
    project: String,
    deployments: Vec<Planned>,
    /// What it will need there, and how it gets there.
    azure: check::Needs,
}

#[derive(Serialize)]
struct Planned {
    endpoint: String,
    name: String,
    environment: String,
    instance_count: u32,
    scoring: String,
    liveness: String,
    readiness: String,
    request_timeout_ms: u128,
    max_concurrent_requests_per_instance: u32,
    mounts: BTreeMap<String, String>,
    environment_variables: BTreeMap<String, String>,
}

pub fn print(desired: &Desired, printed: &Printed, console: &Console) -> Result<Code, Diagnosis> {
    let deployments = desired.endpoints.iter().flat_map(|endpoint| &endpoint.deployments);
    let project = desired.project.display().to_string();
    let sidecar = Sidecar::unreachable(desired.options.identity != TokenSource::Machine);
    let document = Document {
        schema_version: model::SCHEMA_VERSION,
        project,
        deployments: deployments.map(|it| planned(it, Some(&sidecar))).collect(),
        azure: check::needs(desired),
    };
    printed.print(&document, console, |console| {
        console.data(serde_yaml::to_string(&document).unwrap_or_default().trim_end());
    })?;
    Ok(Code::OK)
}

fn planned(deployment: &Deployment, sidecar: Option<&Sidecar>) -> Planned {
    let routes = Routes::of(deployment);
    let (variables, _) = merged(deployment, &injected(deployment, &Layout::container(), None, sidecar));
    Planned {
        endpoint: deployment.endpoint.to_string(),
        name: deployment.name.to_string(),
        environment: environment(deployment),
        instance_count: deployment.instance_count,
        scoring: format!(":{}{}", routes.scoring.port, routes.scoring.path),
        liveness: probe(&routes.liveness, &deployment.liveness_probe),
        readiness: probe(&routes.readiness, &deployment.readiness_probe),
        request_timeout_ms: deployment.request_settings.request_timeout.as_millis(),
        max_concurrent_requests_per_instance: deployment.request_settings.max_concurrent_requests_per_instance,
        mounts: mounts(deployment, None).into_iter().map(|mount| (mount.target, source(mount.source))).collect(),
        environment_variables: hidden(variables, deployment),
    }
}

/// The user's own values may be secrets: their names are enough.
fn hidden(variables: BTreeMap<String, String>, deployment: &Deployment) -> BTreeMap<String, String> {
    let hide = |name: &str, value| match deployment.environment_variables.contains_key(name) {
        true => "(set)".into(),
        false if GIVEN_AT_THE_START.contains(&name) => "(given at the start)".into(),
        false => value,
    };
    variables
        .into_iter()
        .map(|(name, value)| {
            let shown = hide(&name, value);
            (name, shown)
        })
        .collect()
}

fn environment(deployment: &Deployment) -> String {
    match &deployment.environment.source {
        EnvironmentSource::Build { context, dockerfile } => format!("build {} ({dockerfile})", context.display()),
        EnvironmentSource::Image { image, conda: Some(_), .. } => format!("{image} + conda file"),
        EnvironmentSource::Image { image, .. } => image.clone(),
    }
}

fn probe(route: &model::Route, probe: &Probe) -> String {
    format!(
        ":{}{} after {} s, every {} s, timeout {} s, {} failures",
        route.port,
        route.path,
        probe.initial_delay.as_secs(),
        probe.period.as_secs(),
        probe.timeout.as_secs(),
        probe.failure_threshold
    )
}

fn source(source: engine::MountSource) -> String {
    match source {
        engine::MountSource::Path(path) => path.display().to_string(),
        engine::MountSource::Archive(bytes) => format!("(archive of {} bytes)", bytes.len()),
    }
}
