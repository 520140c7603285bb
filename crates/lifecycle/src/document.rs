//! The store as the documents of `status`.

use crate::platform::probe_name;
use crate::store::{DeploymentRecord, EndpointRecord, InstanceRecord};
use diagnosis::{Diagnosis, Origin};
use model::{
    AuthMode, Deployment, DeploymentDocument, DeploymentKind, EndpointDocument, ErrorDocument, InstanceDocument,
    InstanceState, Probe, ProbeDocument, Profile,
};
use semantics::paths;
use semantics::probe::Kind;
use std::collections::BTreeMap;

pub fn endpoint(record: &EndpointRecord, port: u16) -> EndpointDocument {
    let base = format!("http://127.0.0.1:{port}");
    let name = record.desired.name.as_str();
    let named = |pairs: &BTreeMap<model::DeploymentName, u32>| {
        pairs.iter().map(|(name, percent)| (name.to_string(), *percent)).collect()
    };
    let mirror = record.mirror.iter().map(|mirror| (mirror.deployment.to_string(), mirror.percent));
    EndpointDocument {
        name: name.to_owned(),
        kind: kind(record.desired.kind).to_owned(),
        front_door: front_door(record.profile).to_owned(),
        scoring_uri: format!("{base}{}", paths::scoring(record.profile, name, &scoring_path(record))),
        openapi_uri: format!("{base}{}", paths::openapi(record.profile, name)),
        port,
        auth_mode: auth_mode(record.desired.auth_mode).to_owned(),
        traffic: named(&record.traffic),
        mirror_traffic: mirror.collect(),
        provisioning_state: record.state,
        deployments: record.deployments.iter().map(deployment).collect(),
        // The emulator knows, as it does of requests.
        faults: vec![],
    }
}

/// The route of the deployment that was created last, as Azure rewrites the URI at every create.
fn scoring_path(record: &EndpointRecord) -> String {
    let last = record.deployments.last();
    last.map_or_else(|| "/score".to_owned(), |last| crate::plan::Routes::of(&last.desired).scoring.path)
}

fn kind(kind: DeploymentKind) -> &'static str {
    match kind {
        DeploymentKind::Managed => "Managed",
        DeploymentKind::Kubernetes => "Kubernetes",
    }
}

fn front_door(profile: Profile) -> &'static str {
    match profile {
        Profile::Managed => "managed",
        Profile::Kubernetes => "kubernetes",
        Profile::Passthrough => "passthrough",
    }
}

fn auth_mode(mode: AuthMode) -> &'static str {
    match mode {
        AuthMode::Key => "key",
        AuthMode::AmlToken => "aml_token",
        AuthMode::AadToken => "aad_token",
    }
}

pub fn deployment(record: &DeploymentRecord) -> DeploymentDocument {
    DeploymentDocument {
        name: record.desired.name.to_string(),
        provisioning_state: record.state,
        instance_count: record.desired.instance_count,
        instance_type: record.desired.instance_type.clone(),
        error: record.error.as_ref().map(error),
        // The doors know: whoever has both fills it in.
        abandoned_requests: 0,
        debug_port: None,
        requests: None,
        instances: record.instances.values().map(|it| instance(record, it)).collect(),
    }
}

fn error(diagnosis: &Diagnosis) -> ErrorDocument {
    let origin = match diagnosis.code.row().origin {
        Origin::Azure => "azure",
        Origin::Local => "local",
    };
    ErrorDocument {
        code: diagnosis.code.name().to_owned(),
        cause: diagnosis.cause.map(|cause| cause.name().to_owned()),
        message: diagnosis.headline().to_owned(),
        origin: origin.to_owned(),
        remedy: diagnosis.advice().to_owned(),
    }
}

/// Ready is who gets requests.
fn instance(deployment: &DeploymentRecord, record: &InstanceRecord) -> InstanceDocument {
    InstanceDocument {
        name: record.id.to_string(),
        state: state(record.state).to_owned(),
        ready: record.ready && deployment.serves(record),
        restarts: record.restarts,
        address: record.address.map(|address| address.to_string()),
        image: record.image.clone(),
        engine: format!("{:?}", record.engine).to_lowercase(),
        start: record.took.and_then(|took| crate::margin::document(&deployment.desired, took, record.installing)),
        probes: probes(&deployment.desired, record),
        memory: None,
        events: record.happened.iter().map(|happened| happened.event.clone()).collect(),
    }
}

fn probes(desired: &Deployment, record: &InstanceRecord) -> BTreeMap<String, ProbeDocument> {
    let probes = [
        (Kind::Liveness, Some(&desired.liveness_probe)),
        (Kind::Readiness, Some(&desired.readiness_probe)),
        (Kind::Startup, desired.startup_probe.as_ref()),
    ];
    let document = |(kind, probe): (Kind, Option<&Probe>)| {
        let name = probe_name(kind);
        let failures = record.failing.get(name).copied().unwrap_or_default();
        Some((name.to_owned(), ProbeDocument { failures, failure_threshold: probe?.failure_threshold }))
    };
    probes.into_iter().filter_map(document).collect()
}

fn state(state: InstanceState) -> &'static str {
    match state {
        InstanceState::Starting => "Starting",
        InstanceState::Ready => "Ready",
        InstanceState::Unready => "Unready",
        InstanceState::Restarting => "Restarting",
        InstanceState::Stopping => "Stopping",
        InstanceState::Failed => "Failed",
    }
}
