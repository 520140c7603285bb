//! Limits of the service. Sources: how-to-manage-quotas (managed online endpoints), how-to-troubleshoot-online-
//! endpoints, reference-yaml-deployment-*-online; rows with evidence in `fixtures/spec/service-rules.toml`.

use super::Context;
use crate::findings::By;
use crate::source::At;
use crate::written::deployment::DeploymentWritten;
use crate::written::endpoint::EndpointWritten;
use diagnosis::{Diagnosis, spec};
use model::{DesiredEndpoint, Egress, ModelAsset, ModelType, quantity};

/// Documented; Azure raises both on request, and then `[quota]` of the overlay says so.
const DEPLOYMENTS: i64 = 20;
const INSTANCES: i64 = 50;

/// The limit in force.
fn quota(context: &Context<'_>, key: &str, documented: i64) -> i64 {
    let raised = context.overlay.find("quota", &[key.to_owned()]).and_then(crate::check::lenient_int);
    raised.unwrap_or(documented)
}

fn above(context: &Context<'_>, at: &At, key: &str, (found, limit): (i64, i64), what: &str) {
    let message = format!("{found} {what}; Azure takes at most {limit}");
    let found = Diagnosis::error(spec::SERVICE_REFUSES, message)
        .fact("evidence", "documented: how-to-manage-quotas; az itself loads it")
        .remedy(format!("if Azure raised it for you, add to local-endpoint.toml:\n      [quota]\n      {key} = N"));
    context.findings.add(at, format!("above {limit}"), found);
}

pub fn instances(context: &Context<'_>, deployment: &DeploymentWritten) {
    let limit = quota(context, "instances_per_deployment", INSTANCES);
    if let Some(count) = deployment.instance_count.as_ref().filter(|it| !deployment.kubernetes && it.value > limit) {
        above(context, &count.at, "instances_per_deployment", (count.value, limit), "instances of one deployment");
    }
}

/// `at`: of the deployment that is one too many.
pub fn deployments(context: &Context<'_>, desired: &DesiredEndpoint, at: &At) {
    let limit = quota(context, "deployments_per_endpoint", DEPLOYMENTS);
    let found = i64::try_from(desired.deployments.len()).unwrap_or(i64::MAX);
    if found > limit {
        let what = format!("deployments of endpoint `{}`", desired.endpoint.name);
        above(context, at, "deployments_per_endpoint", (found, limit), &what);
    }
}

/// Packages of an MLflow model are installed when the container starts; without egress that cannot be.
pub fn egress(context: &Context<'_>, deployment: &DeploymentWritten, model: Option<&ModelAsset>) -> Egress {
    let Some(egress) = deployment.egress.as_ref().filter(|it| it.value == "disabled") else { return Egress::Enabled };
    if model.is_some_and(|model| model.kind == ModelType::MlflowModel) {
        let message = "`egress_public_network_access: disabled` does not go with an MLflow model";
        let found = Diagnosis::error(spec::SERVICE_REFUSES, message)
            .fact(
                "evidence",
                "documented: how-to-troubleshoot-online-endpoints, BadArgument, MLflow with private network",
            )
            .remedy("use a managed virtual network of the workspace, and remove this key");
        context.findings.add(&egress.at, "an MLflow model installs packages at start", found);
    }
    Egress::Disabled
}

/// A Kubernetes deployment takes no asset of a registry.
pub fn registry(context: &Context<'_>, written: &str, at: &At, kubernetes: bool) {
    if kubernetes && written.starts_with("azureml://registries/") {
        let found = Diagnosis::error(spec::SERVICE_REFUSES, "a Kubernetes deployment takes no asset of a registry");
        let found = found.fact("evidence", "azure-ai-ml 1.35.2 refuses it when it loads the file");
        context.findings.add_by(
            By::Loader,
            at,
            "of a registry",
            found.remedy("register it in the workspace: `azureml:NAME:VERSION`"),
        );
    }
}

pub fn resources(context: &Context<'_>, deployment: &DeploymentWritten) {
    let (Some(requests), Some(limits)) = (&deployment.requested, &deployment.limited) else { return };
    for (name, requested, at) in requests {
        let Some((_, limit, _)) = limits.iter().find(|(it, _, _)| same(it, name)) else { continue };
        if let (Some(more), Some(most)) = (quantity(requested), quantity(limit))
            && more > most
        {
            let message = format!("{name} requested is {requested}, above the limit {limit}");
            let found = Diagnosis::error(spec::SERVICE_REFUSES, message)
                .fact("evidence", "documented: how-to-troubleshoot-online-endpoints, BadArgument, resource requests")
                .remedy("raise the limit, or lower the request");
            context.findings.add(at, "above the limit", found);
        }
    }
}

fn same(one: &str, other: &str) -> bool {
    let plain = |name: &str| if name == "nvidia.com/gpu" { "gpu".to_owned() } else { name.to_owned() };
    plain(one) == plain(other)
}

/// `traffic` in the file that creates the endpoint: az sends it, Azure refuses it. Here it is taken at once.
pub fn traffic_at_creation(context: &Context<'_>, endpoint: &EndpointWritten) {
    let Some(traffic) = &endpoint.traffic else { return };
    let Some((first, _)) = traffic.entries.iter().find(|(_, percent)| percent.value > 0) else { return };
    let found = Diagnosis::warning(
        spec::TRAFFIC_AT_CREATION,
        "Azure refuses traffic in the call that creates the endpoint: no deployment is there yet",
    );
    let shares = traffic.entries.iter().map(|(name, percent)| format!("{}={}", name.value, percent.value));
    let shares = shares.collect::<Vec<_>>().join(" ");
    let name = endpoint.name.as_ref().map_or("NAME", |it| &it.value);
    let remedy = format!(
        "fine here; in Azure create the deployments first, then:\n      az ml online-endpoint update -n {name} --traffic \"{shares}\""
    );
    context.findings.add_by(
        By::Service,
        &traffic.at,
        format!("`{}` is not there yet", first.value),
        found.remedy(remedy),
    );
}
