//! The files together: deployments to their endpoints.

use crate::classify::Class;
use crate::discover::Parsed;
use crate::meant::{Context, deployment, endpoint, limits, traffic};
use crate::notices;
use crate::same_names::same_names;
use crate::source::At;
use crate::tree::Node;
use crate::written::deployment::DeploymentWritten;
use crate::written::endpoint::EndpointWritten;
use model::{Deployment, DeploymentName, DesiredEndpoint, Endpoint, EndpointName};
use std::path::Path;

/// A document and the file it comes from.
type Read<'a, T> = (T, &'a Path);

pub fn endpoints(context: &Context<'_>, files: &[Parsed]) -> Vec<DesiredEndpoint> {
    let endpoints = read(files, Class::Endpoint, EndpointWritten::read);
    let deployments = read(files, Class::Deployment, DeploymentWritten::read);
    same_names(context, &endpoints, &deployments);
    let meant = deployments.iter().filter_map(|(it, path)| deployment::deployment(context, it, path));
    let desired = group(context, &endpoints, meant.collect());
    after(context, &endpoints, &deployments, &desired);
    desired
}

fn read<T>(files: &[Parsed], class: Class, read: impl Fn(&Node, At) -> T) -> Vec<Read<'_, T>> {
    let of_class = files.iter().filter(|file| file.class == class);
    of_class.map(|file| (read(&file.document.root, At::start(&file.source)), file.path.as_path())).collect()
}

/// Deployments to their endpoints; an endpoint without a file is implied.
fn group(
    context: &Context<'_>,
    written: &[Read<'_, EndpointWritten>],
    deployments: Vec<Deployment>,
) -> Vec<DesiredEndpoint> {
    let mut desired: Vec<DesiredEndpoint> = vec![];
    for (endpoint, path) in written {
        if let Some(endpoint) = endpoint::endpoint(context, endpoint, path) {
            desired.push(DesiredEndpoint { endpoint, deployments: vec![] });
        }
    }
    let described = desired.len();
    for deployment in deployments {
        match desired.iter_mut().find(|it| it.endpoint.name == deployment.endpoint) {
            Some(owner) => owner.deployments.push(deployment),
            None => {
                let endpoint = endpoint::implied(deployment.endpoint.clone(), deployment.kind);
                desired.push(DesiredEndpoint { endpoint, deployments: vec![deployment] });
            }
        }
    }
    let known: Vec<&Endpoint> = desired[..described].iter().map(|it| &it.endpoint).collect();
    desired[described..].iter().for_each(|it| notices::implied(context, it, &known));
    desired
}

/// What only the whole shows.
fn after(
    context: &Context<'_>,
    endpoints: &[Read<'_, EndpointWritten>],
    deployments: &[Read<'_, DeploymentWritten>],
    desired: &[DesiredEndpoint],
) {
    for owner in desired {
        let own = |it: &&Read<'_, DeploymentWritten>| {
            it.0.endpoint_name.as_ref().is_some_and(|it| EndpointName::new(&it.value) == owner.endpoint.name)
        };
        if let Some((last, _)) = deployments.iter().rfind(own) {
            limits::deployments(context, owner, last.endpoint_name.as_ref().map_or(&last.at, |it| &it.at));
        }
    }
    for (endpoint, _) in endpoints {
        let Some(name) = endpoint.name.as_ref().map(|name| EndpointName::new(&name.value)) else { continue };
        let here = |it: &&Read<'_, DeploymentWritten>| {
            it.0.endpoint_name.as_ref().map(|it| EndpointName::new(&it.value)) == Some(name.clone())
        };
        let names = deployments.iter().filter(here).filter_map(|(it, _)| it.name.as_ref());
        let loaded: Vec<DeploymentName> = names.map(|it| DeploymentName::new(&it.value)).collect();
        traffic::unknown(context, endpoint, &loaded);
        limits::traffic_at_creation(context, endpoint);
        if let Some(owner) = desired.iter().find(|it| it.endpoint.name == name) {
            notices::kinds(context, endpoint, owner);
        }
    }
}
