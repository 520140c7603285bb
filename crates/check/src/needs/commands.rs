//! The commands that deploy an endpoint in Azure, in an order that Azure takes.

use diagnosis::quoted;
use model::{Deployment, DeploymentKind, Desired, DesiredEndpoint, Endpoint, LoadRequest, Mirror, Traffic};
use std::path::{Path, PathBuf};

pub fn commands(endpoint: &DesiredEndpoint, desired: &Desired) -> Vec<String> {
    let given = desired.written.as_ref().map(|written| written.request.clone()).unwrap_or_default();
    let project = &desired.project;
    let create = create(&endpoint.endpoint, &given, project);
    let shares = desired.options.traffic.as_ref().or(endpoint.endpoint.traffic.as_ref());
    let all = endpoint.deployments.len() == 1 && shares.is_none_or(|it| it.values().sum::<u32>() == 100);
    let deployments = endpoint.deployments.iter().map(|it| {
        let words = deploy(it, &given, project);
        if all { words + " --all-traffic" } else { words }
    });
    let after = traffic(endpoint, shares).into_iter().chain(mirror(&endpoint.endpoint));
    create.into_iter().chain(deployments).chain(after).collect()
}

/// What a person has to do is a line of its own: some shells take a comment behind a command for words of it.
fn create(endpoint: &Endpoint, given: &LoadRequest, project: &Path) -> Vec<String> {
    let name = &endpoint.name;
    let Some(file) = &endpoint.file else {
        let create = match endpoint.kind {
            DeploymentKind::Managed => format!("az ml online-endpoint create -n {name}"),
            // By its name alone az makes a managed one.
            DeploymentKind::Kubernetes => format!(
                "# first: az ml online-endpoint create -f FILE, with name: {name} and compute: azureml:CLUSTER in the file"
            ),
        };
        return vec![create];
    };
    let renamed = given.endpoint_name.as_ref().map_or_else(String::new, |name| format!(" -n {name}"));
    let create = format!("az ml online-endpoint create -f {}{renamed}", shown(file, project));
    too_early(endpoint).into_iter().chain([create]).collect()
}

/// Azure refuses shares of deployments that are not there yet, and az has no flag that leaves them out.
fn too_early(endpoint: &Endpoint) -> Option<String> {
    let traffic = endpoint.traffic.as_ref().is_some_and(|shares| shares.values().any(|percent| *percent > 0));
    let keys = match (traffic, mirrored(endpoint).is_some()) {
        (true, true) => "traffic and mirror_traffic",
        (true, false) => "traffic",
        (false, true) => "mirror_traffic",
        (false, false) => return None,
    };
    Some(format!("# leave {keys} out of the file for the next call"))
}

fn mirrored(endpoint: &Endpoint) -> Option<&Mirror> {
    endpoint.mirror.as_ref().filter(|mirror| mirror.percent > 0)
}

fn mirror(endpoint: &Endpoint) -> Option<String> {
    let Mirror { deployment, percent } = mirrored(endpoint)?;
    Some(format!("az ml online-endpoint update -n {} --mirror-traffic \"{deployment}={percent}\"", endpoint.name))
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
