//! The endpoint as meant.

use super::{Context, name, traffic};
use crate::paths;
use crate::written::endpoint::EndpointWritten;
use diagnosis::{Diagnosis, spec};
use model::{AuthMode, DeploymentKind, Endpoint, EndpointIdentity, EndpointName};
use std::path::Path;

pub fn endpoint(context: &Context<'_>, written: &EndpointWritten, file: &Path) -> Option<Endpoint> {
    let traffic = traffic::traffic(context, written);
    let mirror = traffic::mirror(context, written);
    let name = name::own_endpoint(context, written.name.as_ref()?);
    let auth_mode = match written.auth_mode.as_ref().map(|mode| mode.value) {
        Some("aml_token") => AuthMode::AmlToken,
        Some("aad_token") => AuthMode::AadToken,
        _ => AuthMode::Key,
    };
    refuse_entra_on_kubernetes(context, written);
    let kind = if written.kubernetes { DeploymentKind::Kubernetes } else { DeploymentKind::Managed };
    Some(Endpoint {
        name,
        kind,
        auth_mode,
        traffic,
        mirror,
        identity: Some(identity(written)),
        kept: written.kept.clone(),
        file: Some(paths::settled(file)),
    })
}

/// Without the key az asks for a system-assigned one.
fn identity(written: &EndpointWritten) -> EndpointIdentity {
    match &written.identity {
        Some(it) if it.kind == "user_assigned" => EndpointIdentity::UserAssigned(it.assigned.clone()),
        Some(it) if it.kind == "none" => EndpointIdentity::None,
        _ => EndpointIdentity::SystemAssigned,
    }
}

fn refuse_entra_on_kubernetes(context: &Context<'_>, written: &EndpointWritten) {
    let mode = written.auth_mode.as_ref().filter(|mode| written.kubernetes && mode.value == "aad_token");
    if let Some(mode) = mode {
        let message = "a Kubernetes endpoint has no Entra authentication";
        let found = Diagnosis::error(spec::SERVICE_REFUSES, message).fact("evidence", "documented; az itself loads it");
        let found = found.remedy("write `auth_mode: key` or `auth_mode: aml_token`");
        context.findings.add(&mode.at, "managed endpoints only", found);
    }
}

/// The endpoint of deployments that come without an endpoint file: Azure's defaults.
pub fn implied(name: EndpointName, kind: DeploymentKind) -> Endpoint {
    let kept = serde_json::Map::new();
    Endpoint { name, kind, auth_mode: AuthMode::Key, traffic: None, mirror: None, identity: None, kept, file: None }
}
