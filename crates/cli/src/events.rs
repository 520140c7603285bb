//! The event stream as lines on stderr.

use crate::console::Console;
use diagnosis::Diagnosis;
use model::{DeploymentName, Event, EventKind, InstanceState};

/// Whether what the containers print is wanted, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logs {
    Shown,
    Hidden,
}

/// What the reader of the stream must know of an event.
#[derive(Debug)]
pub enum Met {
    Nothing,
    Failed(DeploymentName, Diagnosis),
    Settled,
}

pub fn show(event: Event, logs: Logs, console: &Console) -> Met {
    match event.kind {
        EventKind::Log { instance, line } if logs == Logs::Shown => console.note(&format!("{instance} | {line}")),
        EventKind::Log { .. } => {}
        EventKind::Progress { deployment: Some(name), text } => console.note(&format!("{name}: {text}")),
        EventKind::Progress { deployment: None, text } => console.note(&text),
        EventKind::InstanceChanged { instance, state, detail } => {
            if let Some(text) = changed(state, &detail) {
                console.note(&format!("{instance}: {text}"));
            }
        }
        EventKind::Platform { instance, name, message } => {
            if !routine(&name, &message) {
                console.note(&format!("{instance}: {name} {message}"));
            }
        }
        EventKind::DeploymentReady { deployment, milliseconds, .. } => {
            console.note(&format!("{deployment}: ready after {}", seconds(milliseconds)));
        }
        EventKind::DeploymentReloaded { deployment, milliseconds, files, .. } => {
            let files = if files.is_empty() { String::new() } else { format!(" ({})", files.join(", ")) };
            console.note(&format!("{deployment}: reloaded in {milliseconds} ms{files}"));
        }
        EventKind::DeploymentFailed { deployment, error, .. } => {
            console.say(&error);
            return Met::Failed(deployment, error);
        }
        EventKind::Said { diagnosis } => console.say(&diagnosis),
        EventKind::Settled => return Met::Settled,
        EventKind::Stopping => console.note("stopping: requests in flight are answered first"),
    }
    Met::Nothing
}

/// The first start is told by the deployment's own line.
fn changed(state: InstanceState, detail: &str) -> Option<String> {
    match state {
        InstanceState::Unready => Some(format!("unready, gets no more requests: {detail}")),
        InstanceState::Restarting => Some(format!("restarting: {detail}")),
        InstanceState::Ready if !detail.is_empty() => Some(format!("ready again: {detail}")),
        _ => None,
    }
}

/// Of a start and an end that are told in our own words; `status -o json` has all.
fn routine(name: &str, message: &str) -> bool {
    matches!(name, "Pulled" | "Created" | "Started") || message.starts_with("Stopping")
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100)
}
