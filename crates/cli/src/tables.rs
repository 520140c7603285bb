//! Documents for people.

mod status;

pub use status::status;

use comfy_table::{Table, presets::NOTHING};
use model::{
    Answers, DeploymentDocument, DeploymentMeters, DoorMeters, EndpointDocument, FaultDocument, FaultedRequests,
    InstanceDocument,
};

/// A line for each fault on purpose.
pub fn faults(faults: &[FaultDocument]) -> String {
    faults.iter().map(lasting).collect::<Vec<_>>().join("\n")
}

/// `slow-1 holds back every request to blue by 500 ms, 12 s left; 3 of 10 requests were hit`
fn lasting(fault: &FaultDocument) -> String {
    format!("{} {}, {} left{}", fault.id, fault.does, span(fault.left_ms), hit(fault))
}

pub fn ended(fault: &FaultDocument) -> String {
    format!("{} has ended: {}{}", fault.id, fault.ended.as_deref().unwrap_or("it lasts"), hit(fault))
}

fn hit(fault: &FaultDocument) -> String {
    let told = |it: &FaultedRequests| format!("; {} of {} requests were hit", it.hit, it.seen);
    fault.requests.as_ref().map_or_else(String::new, told)
}

/// `12 s`; below a second to the millisecond.
pub fn span(milliseconds: u64) -> String {
    if milliseconds < 1000 { format!("{milliseconds} ms") } else { format!("{} s", milliseconds / 1000) }
}

pub fn deployments(endpoint: &EndpointDocument) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(["DEPLOYMENT", "STATE", "READY", "TRAFFIC", "RESTARTS", "ENGINE", "RUNS"]);
    for deployment in &endpoint.deployments {
        let traffic = endpoint.traffic.get(&deployment.name).copied().unwrap_or_default();
        table.add_row(row(deployment, traffic));
    }
    std::iter::once(table.trim_fmt()).chain(remarks(endpoint)).collect::<Vec<_>>().join("\n")
}

/// Below a table: what has failed, what was near to it, what nobody waits for.
fn remarks(endpoint: &EndpointDocument) -> impl Iterator<Item = String> {
    let failures = endpoint.deployments.iter().filter_map(failure);
    let margins = endpoint.deployments.iter().filter_map(margin);
    failures.chain(margins).chain(endpoint.deployments.iter().filter_map(abandoned))
}

fn failure(deployment: &DeploymentDocument) -> Option<String> {
    let error = deployment.error.as_ref()?;
    let cause = error.cause.as_ref().map_or_else(String::new, |cause| format!(", {cause}"));
    Some(format!(" {}: {}{cause}: {}", deployment.name, error.code, error.message))
}

/// Only where a start was not safe; `-o json` has all of them.
fn margin(deployment: &DeploymentDocument) -> Option<String> {
    let starts = deployment.instances.iter().filter_map(|instance| instance.start.as_ref());
    let slowest =
        starts.filter(|start| start.verdict != "safe").max_by_key(|start| start.took_ms + start.installing_ms)?;
    let seconds = |milliseconds| milliseconds / 1000;
    let packages = match seconds(slowest.installing_ms) {
        0 => String::new(),
        seconds => format!(" and its packages {seconds} s"),
    };
    Some(format!(
        " {}: the start took {} s{packages}; with these settings Azure kills it at {} s",
        deployment.name,
        seconds(slowest.took_ms),
        seconds(slowest.killed_at_ms)
    ))
}

fn abandoned(deployment: &DeploymentDocument) -> Option<String> {
    let count = deployment.abandoned_requests;
    let requests = if count == 1 { "request" } else { "requests" };
    (count > 0).then(|| format!(" {}: {count} abandoned {requests} still running", deployment.name))
}

/// Neither those that leave, nor those of an update that failed beside the version that serves.
fn counted(deployment: &DeploymentDocument) -> Vec<&InstanceDocument> {
    let staying = || deployment.instances.iter().filter(|instance| instance.state != "Stopping");
    let alive: Vec<_> = staying().filter(|instance| instance.state != "Failed").collect();
    if alive.is_empty() { staying().collect() } else { alive }
}

fn row(deployment: &DeploymentDocument, traffic: u32) -> [String; 7] {
    let counted = counted(deployment);
    let ready = counted.iter().filter(|instance| instance.ready).count();
    let restarts: u32 = counted.iter().map(|instance| instance.restarts).sum();
    let first = counted.first();
    [
        deployment.name.clone(),
        format!("{:?}", deployment.provisioning_state),
        format!("{ready}/{}", counted.len()),
        format!("{traffic}%"),
        restarts.to_string(),
        first.map_or_else(String::new, |instance| instance.engine.clone()),
        first.map_or_else(String::new, |instance| instance.image.clone()),
    ]
}

/// A line for each deployment that was asked.
pub fn metrics(door: &DoorMeters) -> String {
    let mut table = Table::new();
    let heads = [
        "DEPLOYMENT",
        "REQUESTS",
        "P50",
        "P90",
        "P95",
        "P99",
        "IN FLIGHT",
        "QUEUED",
        "ABANDONED",
        "MODEL P95",
        "ANSWERS",
    ];
    table.load_style(NOTHING).set_header(heads);
    for (name, deployment) in &door.deployments {
        table.add_row(metered(name.as_str(), deployment));
    }
    table.trim_fmt()
}

fn metered(name: &str, deployment: &DeploymentMeters) -> [String; 11] {
    let time = |times: &model::Histogram, percent| {
        let found = times.percentile(percent);
        found.map_or_else(|| "-".to_owned(), |time| format!("{:.1} ms", time.as_secs_f64() * 1000.0))
    };
    let latency = |percent| time(&deployment.latency, percent);
    [
        name.to_owned(),
        deployment.ended().to_string(),
        latency(50.0),
        latency(90.0),
        latency(95.0),
        latency(99.0),
        deployment.in_flight.to_string(),
        deployment.queued.to_string(),
        deployment.abandoned.to_string(),
        time(&deployment.model, 95.0),
        answers(&deployment.answers),
    ]
}

/// `200: 12, 424 (500): 3, left: 1`
pub fn answers(answers: &[Answers]) -> String {
    let told = |kind: &Answers| match (kind.status, kind.model_status) {
        (0, _) => format!("left: {}", kind.count),
        (status, model) if model != 0 && model != status => format!("{status} ({model}): {}", kind.count),
        (status, _) => format!("{status}: {}", kind.count),
    };
    answers.iter().map(told).collect::<Vec<_>>().join(", ")
}

/// A line for each step of `load`.
pub fn load(stages: &[control::load::Stage]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(["AT ONCE", "REQUESTS/S", "P50", "P95", "ANSWERS"]);
    for stage in stages {
        let time = |percent| {
            let found = stage.latency.percentile(percent);
            found.map_or_else(|| "-".to_owned(), |time| format!("{:.1} ms", time.as_secs_f64() * 1000.0))
        };
        let told = |(status, count): (&u16, &u64)| match status {
            0 => format!("broken: {count}"),
            status => format!("{status}: {count}"),
        };
        table.add_row([
            stage.concurrency.to_string(),
            format!("{:.1}", crate::verbs::per_second(stage)),
            time(50.0),
            time(95.0),
            stage.statuses.iter().map(told).collect::<Vec<_>>().join(", "),
        ]);
    }
    table.trim_fmt()
}

/// A line for each environment; its age, as it is what decides.
pub fn images(images: &[crate::verbs::Image]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(["NAME", "ENGINE", "SIZE", "FROM", "SINCE", "IN USE"]);
    for image in images {
        let made = image.kept.made.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
        table.add_row([
            image.kept.name.clone(),
            image.engine.to_owned(),
            format!("{} MB", image.kept.bytes / 1_000_000),
            if image.kept.pulled { "pulled" } else { "made" }.to_owned(),
            made.map_or_else(String::new, |made| made.strftime("%Y-%m-%d %H:%M UTC").to_string()),
            if image.kept.in_use { "yes" } else { "no" }.to_owned(),
        ]);
    }
    table.trim_fmt()
}
