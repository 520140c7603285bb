//! `status`: a line for each deployment, and for each instance where there are several.

use super::{counted, lasting, remarks};
use comfy_table::{Table, presets::NOTHING};
use model::{
    DeploymentDocument, EmulatorDocument, EndpointDocument, InstanceDocument, MemoryDocument, RequestsDocument,
};

const HEADS: [&str; 12] = [
    "DEPLOYMENT",
    "STATE",
    "READY",
    "TRAFFIC",
    "PROBES",
    "REQUESTS",
    "IN FLIGHT",
    "P50",
    "P99",
    "MEMORY",
    "RESTARTS",
    "RUNS",
];

pub fn status(emulators: &[EmulatorDocument]) -> String {
    let parts = emulators.iter().flat_map(|emulator| {
        emulator.endpoints.iter().map(|endpoint| {
            let parts = [heading(emulator, endpoint), table(endpoint)].into_iter().chain(remarks(endpoint));
            let parts = parts.chain(debuggers(endpoint));
            let parts = parts.chain(endpoint.faults.iter().map(|fault| format!(" chaos: {}", lasting(fault))));
            parts.collect::<Vec<_>>().join("\n")
        })
    });
    parts.collect::<Vec<_>>().join("\n\n")
}

fn table(endpoint: &EndpointDocument) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(HEADS);
    for deployment in &endpoint.deployments {
        let traffic = endpoint.traffic.get(&deployment.name).copied().unwrap_or_default();
        table.add_row(row(deployment, traffic));
        if deployment.instances.len() > 1 {
            table.add_rows(deployment.instances.iter().map(instance));
        }
    }
    table.trim_fmt()
}

fn row(deployment: &DeploymentDocument, traffic: u32) -> [String; 12] {
    let counted = counted(deployment);
    let ready = counted.iter().filter(|instance| instance.ready).count();
    let restarts: u32 = counted.iter().map(|instance| instance.restarts).sum();
    let worst = counted.iter().copied().max_by_key(|instance| (!instance.ready, failures(instance)));
    let most = counted.iter().filter_map(|it| it.memory.as_ref()).max_by_key(|memory| memory.used_bytes);
    let asked = deployment.requests.as_ref();
    [
        deployment.name.clone(),
        format!("{:?}", deployment.provisioning_state),
        format!("{ready}/{}", counted.len()),
        format!("{traffic}%"),
        worst.map_or_else(nothing, probes),
        asked.map_or(0, |asked| asked.ended).to_string(),
        asked.map_or(0, |asked| asked.in_flight).to_string(),
        time(asked, |asked| asked.p50_ms),
        time(asked, |asked| asked.p99_ms),
        most.map_or_else(nothing, memory),
        restarts.to_string(),
        counted.first().map_or_else(String::new, |instance| format!("{}: {}", instance.engine, instance.image)),
    ]
}

/// Requests are counted at the door, by deployment.
fn instance(instance: &InstanceDocument) -> [String; 12] {
    let blank = String::new;
    [
        format!(" {}", instance.name),
        instance.state.clone(),
        if instance.ready { "yes" } else { "no" }.to_owned(),
        blank(),
        probes(instance),
        blank(),
        blank(),
        blank(),
        blank(),
        instance.memory.as_ref().map_or_else(nothing, memory),
        instance.restarts.to_string(),
        blank(),
    ]
}

fn nothing() -> String {
    "-".to_owned()
}

fn time(asked: Option<&RequestsDocument>, which: fn(&RequestsDocument) -> Option<f64>) -> String {
    asked.and_then(which).map_or_else(nothing, |time| format!("{time:.1} ms"))
}

fn failures(instance: &InstanceDocument) -> u32 {
    instance.probes.values().map(|probe| probe.failures).max().unwrap_or_default()
}

/// `pass`, or the one that is nearest to its end: `liveness 3/30 failed`; or that nobody asks, as it waits to be started.
fn probes(instance: &InstanceDocument) -> String {
    if instance.state == "Restarting" && instance.events.last().is_some_and(|event| event.name == "BackOff") {
        return "CrashLoopBackOff".to_owned();
    }
    let failing = instance.probes.iter().filter(|(_, probe)| probe.failures > 0);
    let nearest = failing.min_by_key(|(_, probe)| probe.failure_threshold.saturating_sub(probe.failures));
    match (nearest, instance.ready) {
        (Some((kind, probe)), _) => format!("{kind} {}/{} failed", probe.failures, probe.failure_threshold),
        (None, true) => "pass".to_owned(),
        (None, false) => nothing(),
    }
}

/// `   83 of 14336 MiB`: as wide while it is watched.
fn memory(memory: &MemoryDocument) -> String {
    let mebibytes = |bytes: Option<u64>| bytes.map(|bytes| (bytes >> 20).to_string());
    match (mebibytes(memory.used_bytes), mebibytes(memory.limit_bytes)) {
        (Some(used), Some(limit)) => format!("{used:>5} of {limit} MiB"),
        (Some(used), None) => format!("{used:>5} MiB"),
        (None, _) => nothing(),
    }
}

/// Where each deployment takes a debugger.
fn debuggers(endpoint: &EndpointDocument) -> impl Iterator<Item = String> {
    let port =
        |it: &DeploymentDocument| Some(format!(" {}: a debugger attaches at 127.0.0.1:{}", it.name, it.debug_port?));
    endpoint.deployments.iter().filter_map(port)
}

fn heading(emulator: &EmulatorDocument, endpoint: &EndpointDocument) -> String {
    format!(
        "{}  {}{}  {}  pid {}  {}",
        endpoint.name,
        endpoint.kind,
        other_rules(endpoint),
        endpoint.scoring_uri,
        emulator.pid,
        emulator.project.display()
    )
}

/// Where the rules are not those of the kind.
fn other_rules(endpoint: &EndpointDocument) -> String {
    let own = endpoint.kind.eq_ignore_ascii_case(&endpoint.front_door);
    if own { String::new() } else { format!(" (front door: {})", endpoint.front_door) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_for_its_next_start_is_told_from_who_starts() {
        let event = |name: &str| model::PlatformEventDocument { name: name.into(), message: String::new(), count: 1 };
        let mut instance = InstanceDocument {
            name: "blue/0".into(),
            state: "Restarting".into(),
            ready: false,
            restarts: 3,
            address: None,
            image: "image".into(),
            engine: "docker".into(),
            start: None,
            probes: [].into(),
            memory: None,
            events: vec![event("Killing"), event("BackOff")],
        };
        assert_eq!(probes(&instance), "CrashLoopBackOff");
        instance.events.push(event("Created"));
        assert_eq!(probes(&instance), "-");
    }
}
