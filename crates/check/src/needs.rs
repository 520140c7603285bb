//! What a project needs in Azure before it can be deployed there, and the commands that deploy it.

mod commands;

use commands::commands;
use model::{Deployment, DeploymentKind, Desired, DesiredEndpoint, EndpointIdentity, EnvironmentSource};
use semantics::image::registry::{Access, access};
use semantics::sku::Sku;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Needs {
    /// A line for each family of machines.
    pub quota: Vec<Quota>,
    /// Roles that somebody has to give to the endpoint's identity.
    pub roles: Vec<String>,
    /// In their order; run in the project folder.
    pub commands: Vec<String>,
}

/// vCPUs of one family of machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quota {
    pub family: String,
    pub vcpus: u64,
    /// How that comes about, deployment by deployment.
    pub because: Vec<String>,
}

pub fn needs(desired: &Desired) -> Needs {
    let deployments: Vec<&Deployment> = desired.endpoints.iter().flat_map(|endpoint| &endpoint.deployments).collect();
    let roles = desired.endpoints.iter().flat_map(roles);
    let commands = desired.endpoints.iter().flat_map(|endpoint| commands(endpoint, desired));
    Needs { quota: quota(&deployments), roles: once(roles), commands: commands.collect() }
}

fn quota(deployments: &[&Deployment]) -> Vec<Quota> {
    let mut all: Vec<Quota> = vec![];
    for deployment in deployments.iter().filter(|it| it.kind == DeploymentKind::Managed) {
        let Some(sku) = deployment.instance_type.as_deref().and_then(Sku::named) else { continue };
        let (count, vcpus) = (deployment.instance_count, sku.cores_needed(deployment.instance_count));
        let reserve = if sku.skips_reserve { "" } else { "1.2 x " };
        let instances = if count == 1 { "1 instance".to_owned() } else { format!("{count} instances") };
        let because = format!("{}: {reserve}{instances}, rounded up, x {} cores", deployment.name, sku.cores);
        match all.iter_mut().find(|quota| quota.family == sku.family) {
            Some(quota) => {
                quota.vcpus += vcpus;
                quota.because.push(because);
            }
            None => all.push(Quota { family: sku.family.to_owned(), vcpus, because: vec![because] }),
        }
    }
    all
}

/// Source: how-to-troubleshoot-online-endpoints, "Authorization error" and "Container registry authorization error".
fn roles(endpoint: &DesiredEndpoint) -> Vec<String> {
    let names = endpoint.deployments.iter().filter_map(registry);
    let mut roles: Vec<String> = names.map(|name| format!("AcrPull on {name}")).collect();
    if matches!(endpoint.endpoint.identity, Some(EndpointIdentity::UserAssigned(_))) {
        let of_workspace = [
            "AcrPull on the workspace's container registry",
            "Storage Blob Data Reader on the workspace's storage account",
        ];
        roles.extend(of_workspace.map(str::to_owned));
    }
    roles
}

/// The Azure Container Registry that the deployment's image stands in.
fn registry(deployment: &Deployment) -> Option<String> {
    let EnvironmentSource::Image { written, .. } = &deployment.environment.source else { return None };
    match access(written.split('/').next()?) {
        Access::AcrPull(name) => Some(name.to_owned()),
        Access::Public | Access::Impossible => None,
    }
}

fn once(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept = vec![];
    all.for_each(|one| {
        if !kept.contains(&one) {
            kept.push(one)
        }
    });
    kept
}
