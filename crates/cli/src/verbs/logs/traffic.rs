//! `logs --traffic`: a line for each request, from the file that the emulator writes; it is there when nothing runs, too.

use super::tail::Tail;
use crate::args::{Lines, Logs};
use crate::console::Console;
use crate::exit::Code;
use crate::locate;
use control::Home;
use control::state::{Known, all_projects};
use diagnosis::Diagnosis;
use model::traffic_log::TrafficLine;
use model::{DeploymentName, EndpointName};
use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

/// The writer is at most 200 ms behind; looking more often shows nothing earlier.
const LOOK: Duration = Duration::from_millis(100);

pub async fn run(home: &Home, logs: &Logs, console: &Console) -> Result<Code, Diagnosis> {
    let (known, endpoint) = project(home, logs.endpoint_name.as_deref())?;
    let wanted = Wanted { endpoint, deployment: logs.name.as_deref().map(DeploymentName::new) };
    let mut newest = Tail::new(known.folder.traffic_log_file());
    let shown = past(&known, &mut newest, &wanted, logs, console);
    if logs.follow {
        follow(&known, &mut newest, &wanted, logs.output, console).await;
    } else if shown == 0 {
        console.note("no request was logged");
    }
    Ok(Code::OK)
}

/// The project, and the endpoint that was named or is the only one; also of what is down.
fn project(home: &Home, name: Option<&str>) -> Result<(Known, Option<EndpointName>), Diagnosis> {
    let fault = match locate::endpoint(home, name) {
        Ok((known, endpoint)) => return Ok((known, Some(endpoint))),
        Err(fault) => fault,
    };
    let named = name.map(EndpointName::new);
    let known = match &named {
        Some(name) => all_projects(home)?.known.into_iter().find(|known| known.state.scoring_ports.contains_key(name)),
        None => locate::project(home, Path::new("."))?,
    };
    known.map(|known| (known, named)).ok_or(fault)
}

struct Wanted {
    endpoint: Option<EndpointName>,
    deployment: Option<DeploymentName>,
}

impl Wanted {
    /// As it is shown; `None`: not wanted, or torn by a full disk.
    fn shown(&self, line: &str, output: Lines) -> Option<String> {
        let read: TrafficLine = serde_json::from_str(line).ok()?;
        let endpoint = self.endpoint.as_ref().is_none_or(|name| name.as_str() == read.endpoint_name);
        let wanted = self.deployment.as_ref().map(DeploymentName::as_str);
        let deployment = wanted.is_none_or(|name| Some(name) == read.deployment_name.as_deref());
        (endpoint && deployment).then(|| match output {
            Lines::Json => line.to_owned(),
            Lines::Human => human(&read),
        })
    }
}

pub fn human(line: &TrafficLine) -> String {
    let model = line.model_status_code.map_or_else(|| "-".to_owned(), |status| status.to_string());
    format!(
        "{:<27}  {:<4} {:<16}  {}  {:<15}  {model:<3}  {:>8.1} ms  {:<8}  {}",
        line.time_generated,
        line.method,
        printable(&line.path),
        line.response_code,
        line.response_code_reason.as_deref().unwrap_or("-"),
        line.total_duration_us as f64 / 1000.0,
        line.deployment_name.as_deref().unwrap_or("-"),
        line.x_request_id,
    )
}

/// A path may hold what a terminal would obey.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// The last lines, oldest first; how many.
fn past(known: &Known, newest: &mut Tail, wanted: &Wanted, logs: &Logs, console: &Console) -> usize {
    let mut shown = VecDeque::new();
    let older = known.folder.traffic_log_files().skip(1).map(|file| Tail::new(file).fresh());
    for lines in std::iter::once(newest.fresh()).chain(older) {
        let fits = lines.iter().rev().filter_map(|line| wanted.shown(line, logs.output));
        fits.take(logs.lines - shown.len()).for_each(|line| shown.push_front(line));
        if shown.len() == logs.lines {
            break;
        }
    }
    shown.iter().for_each(|line| console.data(line));
    shown.len()
}

/// Until the emulator has ended, and all it wrote is shown; or nobody reads it.
async fn follow(known: &Known, newest: &mut Tail, wanted: &Wanted, output: Lines, console: &Console) {
    loop {
        let alive = known.state.alive();
        for line in newest.fresh().iter().filter_map(|line| wanted.shown(line, output)) {
            console.data(&line);
        }
        if !alive || console.is_unread() {
            return;
        }
        tokio::time::sleep(LOOK).await;
    }
}
