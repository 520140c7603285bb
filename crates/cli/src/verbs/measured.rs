//! How long requests take, as far as anybody has measured it: the running emulator, else the traffic log.

use super::logs::tail::Tail;
use crate::locate;
use control::Home;
use control::client::Client;
use control::state::Known;
use model::traffic_log::TrafficLine;
use model::{Deployment, Histogram};
use std::path::Path;
use std::time::Duration;

/// A p95, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    pub p95: Duration,
    pub source: String,
}

/// `None`: nothing was measured, or cannot be read; who asks has another figure.
pub async fn of(home: &Home, project: &Path, deployment: &Deployment) -> Option<Measured> {
    let folder = if project.is_dir() { project } else { project.parent()? };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let known = locate::project(home, folder).ok().flatten()?;
    match live(&known, deployment).await {
        Some(times) => told(&times, "the emulator that runs"),
        None => told(&logged(&known, deployment), "the traffic log, waiting for an instance included"),
    }
}

fn told(times: &Histogram, whose: &str) -> Option<Measured> {
    let p95 = times.percentile(95.0)?;
    Some(Measured { p95, source: format!("p95 of {} requests, measured by {whose}", times.count()) })
}

async fn live(known: &Known, deployment: &Deployment) -> Option<Histogram> {
    known.state.alive().then_some(())?;
    let meters = Client::connect(&known.state).await.ok()?.meters().await.ok()?;
    let endpoint = meters.endpoints.get(&deployment.endpoint)?;
    let times = endpoint.meters.deployments.get(&deployment.name)?.model.clone();
    (times.count() > 0).then_some(times)
}

/// Of what was answered with 200.
fn logged(known: &Known, deployment: &Deployment) -> Histogram {
    let mut times = Histogram::default();
    for line in known.folder.traffic_log_files().flat_map(|file| Tail::new(file).fresh()) {
        let Ok(line) = serde_json::from_str::<TrafficLine>(&line) else { continue };
        let ours = line.endpoint_name == deployment.endpoint.as_str()
            && line.deployment_name.as_deref() == Some(deployment.name.as_str());
        if ours && line.response_code == 200 {
            times.record(Duration::from_micros(line.total_duration_us));
        }
    }
    times
}
