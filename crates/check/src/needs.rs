//! What a project needs in Azure before it can be deployed there, and the commands that deploy it.

use model::{
    Deployment, DeploymentKind, Desired, DesiredEndpoint, EndpointIdentity, EnvironmentSource, LoadRequest, Traffic,
};
use semantics::image::registry::{Access, access};
use semantics::sku::Sku;
use serde::Serialize;
use std::path::{Path, PathBuf};

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

fn commands(endpoint: &DesiredEndpoint, desired: &Desired) -> Vec<String> {
    let given = desired.written.as_ref().map(|written| written.request.clone()).unwrap_or_default();
    let (name, project) = (&endpoint.endpoint.name, &desired.project);
    let create = match &endpoint.endpoint.file {
        Some(file) => {
            let renamed = given.endpoint_name.as_ref().map_or_else(String::new, |name| format!(" -n {name}"));
            format!("az ml online-endpoint create -f {}{renamed}", shown(file, project))
        }
        None => format!("az ml online-endpoint create -n {name}"),
    };
    let shares = desired.options.traffic.as_ref().or(endpoint.endpoint.traffic.as_ref());
    let all = endpoint.deployments.len() == 1 && shares.is_none_or(|it| it.values().sum::<u32>() == 100);
    let deployments = endpoint.deployments.iter().map(|it| {
        let words = deploy(it, &given, project);
        if all { words + " --all-traffic" } else { words }
    });
    [create].into_iter().chain(deployments).chain(traffic(endpoint, shares)).collect()
}

fn deploy(deployment: &Deployment, given: &LoadRequest, project: &Path) -> String {
    let mut words = format!("az ml online-deployment create -f {}", shown(&deployment.file, project));
    if given.endpoint_name.is_some() {
        words += &format!(" -e {}", deployment.endpoint);
    }
    if given.deployment_name.is_some() {
        words += &format!(" -n {}", deployment.name);
    }
    for set in given.set.iter().filter_map(|set| of(deployment, set)) {
        words += &format!(" --set {}", quoted(set));
    }
    words
}

/// `NAME/a.b=c` is ours; az has no name there.
fn of<'a>(deployment: &Deployment, set: &'a str) -> Option<&'a str> {
    let (path, _) = set.split_once('=')?;
    match path.split_once('/') {
        Some((name, _)) => (name == deployment.name.as_str()).then(|| &set[name.len() + 1..]),
        None => Some(set),
    }
}

/// Of several deployments; a new one gets none until it is set.
fn traffic(endpoint: &DesiredEndpoint, shares: Option<&Traffic>) -> Option<String> {
    let shares = shares.filter(|_| endpoint.deployments.len() > 1)?;
    let shares: Vec<String> = shares.iter().map(|(name, percent)| format!("{name}={percent}")).collect();
    let set = (!shares.is_empty()).then(|| shares.join(" "))?;
    Some(format!("az ml online-endpoint update -n {} --traffic \"{set}\"", endpoint.endpoint.name))
}

fn shown(file: &Path, project: &Path) -> String {
    let file: PathBuf = file.strip_prefix(project).unwrap_or(file).to_owned();
    quoted(&file.to_string_lossy())
}

/// As a shell takes it.
fn quoted(text: &str) -> String {
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-=:+,".contains(c));
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
