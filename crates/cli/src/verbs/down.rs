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
use lifecycle::Engines;
use model::EndpointName;
use std::path::Path;
use tokio::sync::OnceCell;

/// What fails keeps nothing else from going down. The first fault decides how the command ends.
pub async fn run(home: &Home, down: Down, console: &Console) -> Result<Code, Diagnosis> {
    let task = Task { home, purge: down.purge, console, engines: OnceCell::new() };
    let words: Vec<&String> = down.endpoints.iter().chain(&down.name).collect();
    let faults = match words.is_empty() {
        _ if down.all => task.all().await?,
        true => one(task.folder(Path::new(".")).await),
        false => task.words(&words).await,
    };
    console.say_all(&faults);
    Ok(faults.first().map_or(Code::OK, |fault| Code(fault.exit() as u8)))
}

struct Task<'a> {
    home: &'a Home,
    purge: bool,
    console: &'a Console,
    /// Looked for only where they are needed, and beside what an emulator does: an engine takes longer to tell of itself
    /// than an emulator takes to begin.
    engines: OnceCell<Engines>,
}

impl Task<'_> {
    async fn engines(&self) -> &Engines {
        self.engines.get_or_init(|| async { emulator::find(self.home, None).await.engines }).await
    }

    async fn all(&self) -> Result<Vec<Diagnosis>, Diagnosis> {
        let projects = all_projects(self.home)?;
        let mut faults = self.projects(projects.known, &[]).await;
        match emulator::sweep_all(self.engines().await, &[("schema", "1")]).await {
            Ok(removed) => self.swept(&removed),
            Err(fault) => faults.push(fault),
        }
        faults.extend(projects.faults);
        Ok(faults)
    }

    async fn projects(&self, known: Vec<Known>, names: &[EndpointName]) -> Vec<Diagnosis> {
        let mut faults = vec![];
        for known in known {
            let (down, _) = tokio::join!(self.project(known, names), self.engines());
            faults.extend(down.err());
        }
        faults
    }

    async fn words(&self, words: &[&String]) -> Vec<Diagnosis> {
        let mut faults = vec![];
        for word in words {
            faults.extend(self.word(word).await.unwrap_or_else(|fault| vec![fault]));
        }
        faults
    }

    /// Who came up by a path goes down by it.
    async fn word(&self, word: &str) -> Result<Vec<Diagnosis>, Diagnosis> {
        let name = EndpointName::new(word);
        let known = find_endpoint(self.home, &name)?;
        match Path::new(word) {
            path if known.is_empty() && path.is_dir() => Ok(one(self.folder(path).await)),
            _ => Ok(self.endpoint(&name, known).await),
        }
    }

    async fn folder(&self, path: &Path) -> Result<(), Diagnosis> {
        match locate::project(self.home, path) {
            Ok(Some(known)) => return self.project(known, &[]).await,
            // Nobody reads it any more: what it knew is found by labels.
            Err(fault) if self.purge && fault.code == local::STATE_UNREADABLE => {
                forget(&ProjectFolder::of(self.home, path)?)?;
            }
            nothing => drop(nothing?),
        }
        self.swept(&emulator::sweep_project(self.home, self.engines().await, path).await?);
        let which = if path == Path::new(".") { "this folder".into() } else { path.display().to_string() };
        self.console.note(&format!("nothing runs for {which}"));
        Ok(())
    }

    async fn endpoint(&self, name: &EndpointName, known: Vec<Known>) -> Vec<Diagnosis> {
        let unheard_of = known.is_empty();
        let mut faults = self.projects(known, std::slice::from_ref(name)).await;
        // State lost: the labels still know.
        let removed = emulator::sweep_all(self.engines().await, &[("endpoint", name.as_str())]).await;
        let removed = removed.unwrap_or_else(|fault| {
            faults.push(fault);
            vec![]
        });
        self.swept(&removed);
        if faults.is_empty() {
            self.console.note(&match unheard_of && removed.is_empty() {
                true => format!("there is no endpoint {name}, and nothing of it is left"),
                false => format!("{name} is down"),
            });
        }
        faults
    }

    /// Through its emulator while that lives, by labels otherwise.
    async fn project(&self, known: Known, names: &[EndpointName]) -> Result<(), Diagnosis> {
        let path = known.state.project.clone();
        if known.state.alive() {
            let client = Client::connect(&known.state).await?;
            client.shutdown(names.iter().map(ToString::to_string).collect()).await?;
            if let Some(process) = ended(&known)? {
                ending::of(&process).await;
                if known.folder.read()?.is_some_and(|state| state.containers) {
                    return Err(emulator::left_behind(&path));
                }
            }
            self.console.note(&format!("{}: taken down", path.display()));
        } else {
            let removed = emulator::sweep_project(self.home, self.engines().await, &path).await?;
            if removed.is_empty() {
                self.console.note(&format!("{}: nothing is left", path.display()));
            }
            self.swept(&removed);
        }
        if self.purge { forget(&known.folder) } else { Ok(()) }
    }

    fn swept(&self, removed: &[String]) {
        for name in removed {
            self.console.note(&format!("removed {name}, left by a killed emulator"));
        }
    }
}

fn one(down: Result<(), Diagnosis>) -> Vec<Diagnosis> {
    down.err().into_iter().collect()
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
