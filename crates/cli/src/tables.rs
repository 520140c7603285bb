//! Documents for people.

use comfy_table::{Table, presets::NOTHING};
use model::{DeploymentDocument, EmulatorDocument, EndpointDocument};

pub fn status(emulators: &[EmulatorDocument]) -> String {
    let parts = emulators.iter().flat_map(|emulator| {
        emulator.endpoints.iter().map(|endpoint| format!("{}\n{}", heading(emulator, endpoint), deployments(endpoint)))
    });
    parts.collect::<Vec<_>>().join("\n\n")
}

fn heading(emulator: &EmulatorDocument, endpoint: &EndpointDocument) -> String {
    format!(
        "{}  {}  {}  pid {}  {}",
        endpoint.name,
        endpoint.kind,
        endpoint.scoring_uri,
        emulator.pid,
        emulator.project.display()
    )
}

pub fn deployments(endpoint: &EndpointDocument) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(["DEPLOYMENT", "STATE", "READY", "TRAFFIC", "RESTARTS", "ENGINE", "RUNS"]);
    for deployment in &endpoint.deployments {
        let traffic = endpoint.traffic.get(&deployment.name).copied().unwrap_or_default();
        table.add_row(row(deployment, traffic));
    }
    let failures = endpoint.deployments.iter().filter_map(failure);
    std::iter::once(table.trim_fmt()).chain(failures).collect::<Vec<_>>().join("\n")
}

fn failure(deployment: &DeploymentDocument) -> Option<String> {
    let error = deployment.error.as_ref()?;
    let cause = error.cause.as_ref().map_or_else(String::new, |cause| format!(", {cause}"));
    Some(format!(" {}: {}{cause}: {}", deployment.name, error.code, error.message))
}

fn row(deployment: &DeploymentDocument, traffic: u32) -> [String; 7] {
    let ready = deployment.instances.iter().filter(|instance| instance.ready).count();
    let restarts: u32 = deployment.instances.iter().map(|instance| instance.restarts).sum();
    let first = deployment.instances.first();
    [
        deployment.name.clone(),
        format!("{:?}", deployment.provisioning_state),
        format!("{ready}/{}", deployment.instances.len()),
        format!("{traffic}%"),
        restarts.to_string(),
        first.map_or_else(String::new, |instance| instance.engine.clone()),
        first.map_or_else(String::new, |instance| instance.image.clone()),
    ]
}
