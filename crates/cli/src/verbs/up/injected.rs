//! `--inject-error`: the whole `up` fails as in Azure, before anything starts; what runs already runs on.

use crate::console::Console;
use crate::exit::Code;
use crate::printed::{Printed, deployments};
use diagnosis::{Diagnosis, Origin, Place, local};
use explain::{Kind, NotInjected, inject, injectable};
use model::{
    AuthMode, Deployment, DeploymentDocument, DeploymentKind, Desired, DesiredEndpoint, EndpointDocument,
    ErrorDocument, ProvisioningState, SCHEMA_VERSION, StatusDocument,
};

pub fn fail(code: &str, desired: &Desired, printed: &Printed, console: &Console) -> Result<Code, Diagnosis> {
    let (mut endpoints, mut first) = (vec![], None);
    for endpoint in &desired.endpoints {
        let mut failed = vec![];
        for deployment in &endpoint.deployments {
            let error = inject(code, kind(deployment), deployment.name.as_str()).map_err(|why| refused(code, &why))?;
            console.say(&error);
            failed.push(failed_deployment(deployment, &error));
            first.get_or_insert(error);
        }
        endpoints.push(document(endpoint, failed));
    }
    let document = StatusDocument { schema_version: SCHEMA_VERSION, emulators: vec![], endpoints: Some(endpoints) };
    printed.print_rows(&document, deployments, console, |_| {})?;
    Ok(first.map_or(Code::OK, |error| Code(error.exit() as u8)))
}

fn kind(deployment: &Deployment) -> Kind {
    match deployment.kind {
        DeploymentKind::Managed => Kind::Managed,
        DeploymentKind::Kubernetes => Kind::Kubernetes,
    }
}

fn refused(code: &str, why: &NotInjected) -> Diagnosis {
    let message = match why {
        NotInjected::Unknown => format!("{code} is not an error that the cloud alone raises at a deployment"),
        NotInjected::OtherKind(kind) => {
            format!("{code} comes from {} endpoints alone", format!("{kind:?}").to_lowercase())
        }
    };
    Diagnosis::error(local::NOT_INJECTABLE, message)
        .at(Place::Flag("--inject-error".into()))
        .remedy(format!("one of {}", injectable().collect::<Vec<_>>().join(", ")))
}

/// Nothing listens: there is no address.
fn document(endpoint: &DesiredEndpoint, deployments: Vec<DeploymentDocument>) -> EndpointDocument {
    let (kind, front_door) = match endpoint.endpoint.kind {
        DeploymentKind::Managed => ("Managed", "managed"),
        DeploymentKind::Kubernetes => ("Kubernetes", "kubernetes"),
    };
    let auth_mode = match endpoint.endpoint.auth_mode {
        AuthMode::Key => "key",
        AuthMode::AmlToken => "aml_token",
        AuthMode::AadToken => "aad_token",
    };
    EndpointDocument {
        name: endpoint.endpoint.name.to_string(),
        kind: kind.into(),
        front_door: front_door.into(),
        scoring_uri: String::new(),
        openapi_uri: String::new(),
        port: 0,
        auth_mode: auth_mode.into(),
        traffic: Default::default(),
        mirror_traffic: Default::default(),
        provisioning_state: ProvisioningState::Succeeded,
        deployments,
        faults: vec![],
    }
}

fn failed_deployment(deployment: &Deployment, error: &Diagnosis) -> DeploymentDocument {
    let origin = match error.code.row().origin {
        Origin::Azure => "azure",
        Origin::Local => "local",
    };
    DeploymentDocument {
        name: deployment.name.to_string(),
        provisioning_state: ProvisioningState::Failed,
        instance_count: deployment.instance_count,
        instance_type: deployment.instance_type.clone(),
        error: Some(ErrorDocument {
            code: error.code.name().into(),
            cause: None,
            message: format!("{} (injected)", error.headline()),
            origin: origin.into(),
            remedy: error.advice().into(),
        }),
        abandoned_requests: 0,
        debug_port: None,
        requests: None,
        instances: vec![],
    }
}
