//! `up`: load, then plan, or hand over to the running emulator, or start one here or in the background.

mod azure;
pub mod desired;
mod dry_run;
mod injected;
mod unserved;

use crate::args::Up;
use crate::console::Console;
use crate::curl;
use crate::detach;
use crate::events::{Logs, Met};
use crate::exit::Code;
use crate::printed::{Printed, deployments};
use crate::signals::Signals;
use crate::tables;
use crate::telling::Telling;
use control::Home;
use control::client::Client;
use control::state::{ProjectFolder, ProjectState};
use diagnosis::{Diagnosis, local};
use emulator::{Running, Setup};
use futures_util::{Stream, StreamExt};
use model::{DeploymentName, Desired, EmulatorDocument, Event, SCHEMA_VERSION, StatusDocument};
use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

pub type Failure = (DeploymentName, Diagnosis);

pub async fn run(home: &Home, up: Up, console: &Console) -> Result<Code, Diagnosis> {
    // Before the first line is printed: who reads it may press Ctrl-C at once.
    let mut signals = Signals::listen();
    let desired = match desired::load(&up, console) {
        Ok(desired) => desired,
        Err(code) => return Ok(code),
    };
    let console = &console.in_project(&desired.project);
    if let Some(code) = &up.inject_error {
        return injected::fail(code, &desired, &up.printed, console);
    }
    if up.dry_run {
        return dry_run::print(&desired, &up.printed, console);
    }
    if let Some(state) = running(home, &desired)? {
        return hand_over(&state, &desired, &up.printed, (&mut signals, console)).await;
    }
    let started = match up.detach {
        true => in_background(home, &desired, &up.printed, (&mut signals, console)).await,
        false => in_foreground(home, &desired, &up.printed, (&mut signals, console)).await,
    };
    match started {
        Err(busy) if busy.code == local::BUSY => {
            let state = becoming(home, &desired).await.ok_or(busy)?;
            hand_over(&state, &desired, &up.printed, (&mut signals, console)).await
        }
        started => started,
    }
}

/// The terminal, both ways.
type Terminal<'a> = (&'a mut Signals, &'a Console);

pub fn running(home: &Home, desired: &Desired) -> Result<Option<ProjectState>, Diagnosis> {
    let known = ProjectFolder::of(home, &desired.project)?.read()?;
    Ok(known.filter(ProjectState::alive))
}

/// The emulator that another `up` is starting at this moment; `None` when it does not appear within ten seconds.
async fn becoming(home: &Home, desired: &Desired) -> Option<ProjectState> {
    let appeared = async {
        loop {
            if let Ok(Some(state)) = running(home, desired) {
                return state;
            }
            // It writes a file, of which no event tells on every platform.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), appeared).await.ok()
}

/// The emulator of this project runs: it takes the desired state over. Ctrl-C ends the waiting, not the work.
async fn hand_over(
    state: &ProjectState,
    desired: &Desired,
    printed: &Printed,
    (signals, console): Terminal<'_>,
) -> Result<Code, Diagnosis> {
    tokio::select! {
        biased;
        code = signals.asked() => Ok(code),
        applied = apply(state, desired, printed, console) => applied,
    }
}

async fn apply(
    state: &ProjectState,
    desired: &Desired,
    printed: &Printed,
    console: &Console,
) -> Result<Code, Diagnosis> {
    let client = Client::connect(state).await?;
    let applied = client.apply(desired).await?;
    if !applied.changed {
        console.note("nothing has changed: it runs as it is");
    }
    let failed = settled(client.events(applied.from_event).await?, console).await?;
    announce(&client.status().await?, &desired.project, printed, console)?;
    Ok(first_failure(&failed, desired))
}

async fn in_background(
    home: &Home,
    desired: &Desired,
    printed: &Printed,
    (signals, console): Terminal<'_>,
) -> Result<Code, Diagnosis> {
    let detached = match signals.during(detach::start(home, desired), console).await {
        Ok(detached) => detached?,
        Err((code, detached)) => {
            if let Some(Ok(detached)) = detached {
                detached.end().await?;
            }
            return Ok(code);
        }
    };
    let told = tokio::select! {
        biased;
        code = signals.asked() => {
            detached.end().await?;
            return Ok(code);
        }
        told = settled(detached.client.events(1).await?, console) => told?,
    };
    let status = detached.client.status().await?;
    if !serves(&status) {
        detached.end().await?;
        print_document(&status, printed, console)?;
        return unserved::code(&status, first_failure(&told, desired));
    }
    announce(&status, &desired.project, printed, console)?;
    azure::tell(desired, &status, printed, console);
    Ok(first_failure(&told, desired))
}

async fn in_foreground(
    home: &Home,
    desired: &Desired,
    printed: &Printed,
    (signals, console): Terminal<'_>,
) -> Result<Code, Diagnosis> {
    let engines = emulator::find(home, super::reaper()).await.engines;
    let key = std::env::var("LOCAL_ENDPOINT_KEY").ok();
    let mut desired = desired.clone();
    let watches = *desired.options.watch.get_or_insert_with(followed);
    let setup = Setup { home: home.clone(), engines, desired: desired.clone(), key, reread: desired::again };
    let running = match signals.during(emulator::start(setup), console).await {
        Ok(running) => running?,
        Err((code, running)) => return Ok(never_up(running, code, signals).await),
    };
    let (mut failed, mut up) = (vec![], false);
    let mut events = running.events(1).map(Ok::<Event, Diagnosis>);
    let mut telling = Telling::new(Logs::Shown, console);
    let ended = running.ended();
    tokio::pin!(ended);
    loop {
        tokio::select! {
            biased;
            code = signals.asked() => return Ok(stop(&running, code, signals, &mut events, &mut telling).await),
            () = &mut ended => return Ok(Code::OK),
            Some(Ok(met)) = telling.next(&mut events) => match met {
                Met::Failed(name, error) => failed.push((name, error)),
                Met::Settled if !up && watches && !serves(&running.document()) => {
                    // Without a failure somebody else takes it down.
                    if !failed.is_empty() {
                        console.note("nothing serves yet: it is tried again when a file changes; Ctrl-C ends it");
                    }
                }
                Met::Settled if !up && !serves(&running.document()) => {
                    let document = running.document();
                    running.shutdown(&[]).await;
                    print_document(&document, printed, console)?;
                    return unserved::code(&document, first_failure(&failed, &desired));
                }
                Met::Settled if !up => {
                    up = true;
                    let document = running.document();
                    announce(&document, &desired.project, printed, console)?;
                    azure::tell(&desired, &document, printed, console);
                    console.note(if watches { "follows the files; Ctrl-C stops it" } else { "Ctrl-C stops it" });
                }
                Met::Settled | Met::Nothing => {}
            },
        }
    }
}

/// Asked to end before it was up. Whatever else was wrong with the start is no longer of interest.
async fn never_up(running: Option<Result<Running, Diagnosis>>, code: Code, signals: &mut Signals) -> Code {
    if let Some(Ok(running)) = running {
        tokio::select! {
            () = running.shutdown(&[]) => {}
            _ = signals.asked() => {}
        }
    }
    code
}

/// Somebody sits there who changes files.
fn followed() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("CI").is_none()
}

/// Drains and takes down; a second signal ends at once.
async fn stop(
    running: &Running,
    code: Code,
    signals: &mut Signals,
    events: &mut (impl Stream<Item = Result<Event, Diagnosis>> + Unpin),
    telling: &mut Telling<'_>,
) -> Code {
    let shutdown = running.shutdown(&[]);
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => return code,
            code = signals.asked() => return code,
            Some(_) = telling.next(events) => {}
        }
    }
}

/// Shows events until all is ready or has failed; the failures.
async fn settled(
    mut events: impl Stream<Item = Result<Event, Diagnosis>> + Unpin,
    console: &Console,
) -> Result<Vec<Failure>, Diagnosis> {
    let mut telling = Telling::new(Logs::Hidden, console);
    let mut failed = vec![];
    while let Some(met) = telling.next(&mut events).await {
        match met? {
            Met::Failed(name, error) => failed.push((name, error)),
            Met::Settled => return Ok(failed),
            Met::Nothing => {}
        }
    }
    Ok(failed)
}

/// At least one instance of at least one deployment is ready.
fn serves(emulator: &EmulatorDocument) -> bool {
    let deployments = emulator.endpoints.iter().flat_map(|endpoint| &endpoint.deployments);
    deployments.flat_map(|deployment| &deployment.instances).any(|instance| instance.ready)
}

/// The first in file order decides.
pub fn first_failure(failed: &[Failure], desired: &Desired) -> Code {
    let deployments = desired.endpoints.iter().flat_map(|endpoint| &endpoint.deployments);
    let of = |name: &DeploymentName| failed.iter().find(|(failed, _)| failed == name);
    let first = deployments.filter_map(|deployment| of(&deployment.name)).next();
    first.map_or(Code::OK, |(_, error)| Code(error.exit() as u8))
}

fn announce(
    emulator: &EmulatorDocument,
    project: &Path,
    printed: &Printed,
    console: &Console,
) -> Result<(), Diagnosis> {
    if !printed.is_human() {
        return print_document(emulator, printed, console);
    }
    for endpoint in &emulator.endpoints {
        console.data(&format!("\n{}\n{}\n", endpoint.name, tables::deployments(endpoint)));
        console.data(&format!("{}\n", endpoint.scoring_uri));
        console.data(&format!("{}\n", curl::line(endpoint, project)));
    }
    Ok(())
}

fn print_document(emulator: &EmulatorDocument, printed: &Printed, console: &Console) -> Result<(), Diagnosis> {
    let endpoints = Some(emulator.endpoints.clone());
    let document = StatusDocument { schema_version: SCHEMA_VERSION, emulators: vec![emulator.clone()], endpoints };
    printed.print_rows(&document, deployments, console, |_| {})
}
