//! `load`: more and more requests at once against an endpoint that runs here, and which limit comes first.

use crate::args;
use crate::console::Console;
use crate::exit::Code;
use crate::locate::{self, Located};
use crate::tables;
use control::client::Client;
use control::invoke::ScoringRequest;
use control::load::{Stage, stage};
use control::{Home, TokenQuery};
use diagnosis::{Diagnosis, Place, local, spec as rows};
use explain::{First, Room, Step, Verdict, judge, print_verdict};
use model::{DeploymentName, EndpointDocument, EndpointName};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A step is at least so long, however many there are.
const SHORTEST: Duration = Duration::from_millis(500);

pub async fn run(home: &Home, load: args::Load, console: &Console) -> Result<Code, Diagnosis> {
    let (known, _) = locate::endpoint(home, load.endpoint_name.as_deref())?;
    let Located { client, endpoint } = locate::running(home, load.endpoint_name.as_deref()).await?;
    let (deployment, room) = room(&client, &endpoint, load.name.as_deref()).await?;
    let request = ScoringRequest {
        uri: endpoint.scoring_uri.clone(),
        key: client.credentials(&endpoint.name, &TokenQuery::default()).await?.bearer().to_owned(),
        deployment: Some(deployment.to_string()),
        body: body(&load, &known.state.project)?.into(),
    };
    control::load::reachable(&request).await?;
    let stages = stages(&request, &load, console).await?;
    let kubernetes = endpoint.front_door == "kubernetes";
    let steps: Vec<Step> = stages.iter().map(|stage| step(stage, kubernetes)).collect();
    let verdict = judge(&steps, room);
    load.printed.print(&document(&endpoint.name, &deployment, &stages, &verdict), console, |console| {
        console.data(&tables::load(&stages));
        console.data(&print_verdict(&verdict, &steps, room, kubernetes));
    })?;
    abandoned(&client, &endpoint.name, &deployment, console).await?;
    let alone = stages.first().is_some_and(|stage| stage.statuses.keys().all(|status| *status == 200));
    Ok(if alone { Code::OK } else { Code::USER })
}

/// The deployment that is asked, and what it takes at once: the one that was named, or has all the traffic.
async fn room(
    client: &Client,
    endpoint: &EndpointDocument,
    name: Option<&str>,
) -> Result<(DeploymentName, Room), Diagnosis> {
    let heaviest = endpoint.traffic.iter().max_by_key(|(_, percent)| **percent).map(|(name, _)| name.as_str());
    let first = endpoint.deployments.first().map(|first| first.name.as_str());
    let name = DeploymentName::new(name.or(heaviest).or(first).unwrap_or_default());
    let meters = client.meters().await?;
    let meters = meters.endpoints.get(&EndpointName::new(&endpoint.name));
    let limits = meters.and_then(|meters| meters.limits.get(name.as_str())).ok_or_else(|| {
        Diagnosis::error(local::DEPLOYMENT_NOT_FOUND, format!("{} has no deployment {name} that serves", endpoint.name))
    })?;
    let room = Room {
        max_concurrent_requests_per_instance: limits.max_concurrent_requests_per_instance,
        instance_count: limits.instance_count,
        managed: endpoint.front_door != "kubernetes",
    };
    Ok((name, room))
}

fn body(load: &args::Load, project: &Path) -> Result<Vec<u8>, Diagnosis> {
    let sample = Some(project.join("sample-request.json")).filter(|sample| sample.is_file());
    let Some(file): Option<PathBuf> = load.request_file.clone().or(sample) else { return Ok(b"{}".to_vec()) };
    std::fs::read(&file).map_err(|error| {
        let message = format!("{} cannot be read: {error}", file.display());
        Diagnosis::error(rows::UNREADABLE, message).at(Place::Flag("--request-file".into()))
    })
}

/// 1, 2, 4 ... at once, until most are refused.
async fn stages(request: &ScoringRequest, load: &args::Load, console: &Console) -> Result<Vec<Stage>, Diagnosis> {
    let all: Vec<u32> = (0..).map(|power| 1 << power).take_while(|count| *count <= load.max_concurrency).collect();
    let each = (load.duration / all.len() as u32).max(SHORTEST);
    let mut stages: Vec<Stage> = vec![];
    for concurrency in all {
        console.note(&format!("{concurrency} at once, for {:.1} s", each.as_secs_f64()));
        let told = stage(request, concurrency, each).await?;
        let (good, every) = (told.statuses.get(&200).copied().unwrap_or_default(), told.statuses.values().sum::<u64>());
        stages.push(told);
        if good * 2 < every {
            break;
        }
    }
    Ok(stages)
}

fn step(stage: &Stage, kubernetes: bool) -> Step {
    let count = |status: u16| stage.statuses.get(&status).copied().unwrap_or_default();
    let (refused, late) = if kubernetes { (503, 504) } else { (429, 408) };
    let per_second = per_second(stage);
    Step { concurrency: stage.concurrency, per_second, refused: count(refused), timed_out: count(late) }
}

/// Of the answers that were 200.
pub fn per_second(stage: &Stage) -> f64 {
    stage.latency.count() as f64 / stage.took.as_secs_f64().max(f64::EPSILON)
}

fn document(endpoint: &str, deployment: &DeploymentName, stages: &[Stage], verdict: &Verdict) -> Value {
    let milliseconds =
        |stage: &Stage, percent| stage.latency.percentile(percent).map(|time| time.as_secs_f64() * 1000.0);
    let stages = stages.iter().map(|stage| {
        let statuses: serde_json::Map<String, Value> =
            stage.statuses.iter().map(|(status, count)| (status.to_string(), (*count).into())).collect();
        json!({
            "concurrency": stage.concurrency,
            "requests_per_second": per_second(stage),
            "p50_ms": milliseconds(stage, 50.0),
            "p95_ms": milliseconds(stage, 95.0),
            "statuses": statuses,
        })
    });
    let (first, at) = match verdict.first {
        First::Refused { at } => ("refused", Some(at)),
        First::TimedOut { at } => ("timed_out", Some(at)),
        First::Processor { at } => ("processor", Some(at)),
        First::Places { at } => ("places", Some(at)),
        First::Nothing => ("nothing", None),
    };
    json!({
        "schema_version": model::SCHEMA_VERSION,
        "endpoint": endpoint,
        "deployment": deployment,
        "stages": stages.collect::<Vec<_>>(),
        "knee": verdict.knee,
        "first": first,
        "first_at": at,
        "max_concurrent_requests_per_instance": verdict.max_concurrent_requests_per_instance,
        "instance_count": verdict.instance_count,
    })
}

/// What timed out goes on in the container.
async fn abandoned(
    client: &Client,
    endpoint: &str,
    deployment: &DeploymentName,
    console: &Console,
) -> Result<(), Diagnosis> {
    let meters = client.meters().await?;
    let found = meters.endpoints.get(&EndpointName::new(endpoint)).and_then(|it| it.meters.deployments.get(deployment));
    match found.map_or(0, |it| it.abandoned) {
        0 => {}
        1 => console.note("note: 1 abandoned request is still running"),
        count => console.note(&format!("note: {count} abandoned requests are still running")),
    }
    Ok(())
}
