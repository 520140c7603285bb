//! `down`: idempotent; also removes what a killed emulator left. Images and caches stay.

use crate::args::Down;
use crate::console::Console;
use crate::ending;
use crate::exit::Code;
use crate::locate;
use control::Home;
use control::client::Client;
use control::state::{Known, ProcessId, ProjectFolder, all_projects, find_endpoint};
use diagnosis::{Diagnosis, local};
use model::EndpointName;
use std::path::Path;
use tokio::sync::OnceCell;

pub async fn run(home: &Home, down: Down, console: &Console) -> Result<Code, Diagnosis> {
    let engines = Engines { home, found: OnceCell::new() };
    if down.all {
        return all(&engines, down.purge, console).await;
    }
    if down.endpoints.is_empty() {
        return here(&engines, down.purge, console).await;
    }
    for name in &down.endpoints {
        named(&engines, &EndpointName::new(name), down.purge, console).await?;
    }
    Ok(Code::OK)
}

/// Looked for only where they are needed, and beside what an emulator does: an engine takes longer to tell of itself
/// than an emulator takes to begin.
struct Engines<'a> {
    home: &'a Home,
    found: OnceCell<lifecycle::Engines>,
}

impl Engines<'_> {
    async fn found(&self) -> &lifecycle::Engines {
        self.found.get_or_init(|| async { emulator::find(self.home, None).await.engines }).await
    }
}

async fn all(engines: &Engines<'_>, purge: bool, console: &Console) -> Result<Code, Diagnosis> {
    let projects = all_projects(engines.home)?;
    for known in projects.known {
        let (down, _) = tokio::join!(project(engines, known, &[], purge, console), engines.found());
        down?;
    }
    swept(&emulator::sweep_all(engines.found().await, &[("schema", "1")]).await?, console);
    projects.faults.into_iter().next().map_or(Ok(Code::OK), Err)
}

async fn here(engines: &Engines<'_>, purge: bool, console: &Console) -> Result<Code, Diagnosis> {
    let home = engines.home;
    match locate::project(home, Path::new("."))? {
        Some(known) => project(engines, known, &[], purge, console).await?,
        None => {
            swept(&emulator::sweep_project(home, engines.found().await, Path::new(".")).await?, console);
            console.note("nothing runs for this folder");
        }
    }
    Ok(Code::OK)
}

async fn named(engines: &Engines<'_>, name: &EndpointName, purge: bool, console: &Console) -> Result<(), Diagnosis> {
    for known in find_endpoint(engines.home, name)? {
        let one = std::slice::from_ref(name);
        let (down, _) = tokio::join!(project(engines, known, one, purge, console), engines.found());
        down?;
    }
    // State lost: the labels still know.
    swept(&emulator::sweep_all(engines.found().await, &[("endpoint", name.as_str())]).await?, console);
    console.note(&format!("{name} is down"));
    Ok(())
}

/// Through its emulator while that lives, by labels otherwise.
async fn project(
    engines: &Engines<'_>,
    known: Known,
    names: &[EndpointName],
    purge: bool,
    console: &Console,
) -> Result<(), Diagnosis> {
    let path = known.state.project.clone();
    if known.state.alive() {
        let client = Client::connect(&known.state).await?;
        client.shutdown(names.iter().map(ToString::to_string).collect()).await?;
        if let Some(process) = ended(&known)? {
            ending::of(&process).await;
        }
        console.note(&format!("{}: taken down", path.display()));
    } else {
        let removed = emulator::sweep_project(engines.home, engines.found().await, &path).await?;
        if removed.is_empty() {
            console.note(&format!("{}: nothing is left", path.display()));
        }
        swept(&removed, console);
    }
    if purge { forget(&known.folder) } else { Ok(()) }
}

/// The process of an emulator that has nothing left to serve.
fn ended(known: &Known) -> Result<Option<ProcessId>, Diagnosis> {
    let serves = known.folder.read()?.is_some_and(|state| state.emulator.is_some());
    let emulator = known.state.emulator.as_ref().filter(|_| !serves);
    Ok(emulator.map(|emulator| emulator.process.clone()))
}

/// Only once nobody serves it any more.
fn forget(folder: &ProjectFolder) -> Result<(), Diagnosis> {
    match folder.lock()? {
        Some(lock) => folder.forget(lock),
        None => Err(Diagnosis::error(local::BUSY, "other endpoints of the project still run, so it is not forgotten")),
    }
}

fn swept(removed: &[String], console: &Console) {
    for name in removed {
        console.note(&format!("removed {name}, left by a killed emulator"));
    }
}
