//! From the desired state to a running emulator: everything that can fail before anything runs, fails here.

use crate::doors::Doors;
use crate::requests::{self, Requests};
use crate::running::Running;
use control::Home;
use control::state::{ProcessId, ProjectFolder, ProjectState, RunningEmulator, host};
use diagnosis::{Diagnosis, local, plan};
use lifecycle::{Engines, Folders, Lifecycle, Project};
use model::{Desired, EventKind};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, watch};

/// Exchanges that may wait to be read before they are dropped, counted.
const EXCHANGES: usize = 10_000;

#[derive(Debug)]
pub struct Setup {
    pub home: Home,
    pub engines: Engines,
    pub desired: Desired,
    /// `LOCAL_ENDPOINT_KEY`
    pub key: Option<String>,
}

/// Locks the project, binds every port, removes what a killed emulator left, and brings up what is desired.
/// Returns as soon as all is under way; `Settled` in the events tells the rest.
pub async fn start(setup: Setup) -> Result<Running, Diagnosis> {
    let Setup { home, engines, desired, key } = setup;
    home.create()?;
    let folder = ProjectFolder::of(&home, &desired.project)?;
    folder.create()?;
    let lock = folder.lock()?.ok_or_else(|| Diagnosis::error(local::BUSY, ""))?;
    let known = folder.read()?.unwrap_or_else(|| ProjectState::new(&desired.project));
    let control = control::server::bind().await?;
    let control_port = control.local_addr().map_err(|error| internal(&error))?.port();
    let token = folder.new_token()?;
    let project = project(&folder, &desired.project);
    let swept = lifecycle::sweep(&engines, &project.labels(), owned).await.unwrap_or_default();
    let lifecycle = Lifecycle::new(project, engines, folders(&home, &folder));
    say_swept(&lifecycle, &swept);
    let (sender, exchanges) = mpsc::channel(EXCHANGES);
    let requests = Arc::new(Requests::default());
    tokio::spawn(requests::read(exchanges, requests.clone(), lifecycle.clone()));
    let emulator = RunningEmulator { process: ProcessId::own(), control_port, token_file: folder.token_file() };
    let state = ProjectState { emulator: Some(emulator), endpoints: vec![], ..known };
    let running = Running {
        doors: Arc::new(Doors::new(lifecycle.fleet(), sender)),
        applying: Arc::new(Mutex::new(state)),
        ended: watch::Sender::new(false),
        served: watch::Sender::new(false),
        lock: Arc::new(std::sync::Mutex::new(Some(lock))),
        project: desired.project.clone(),
        control_port,
        home,
        folder,
        key,
        lifecycle,
        requests,
    };
    running.put(desired).await?;
    let (api, mut ended) = (running.clone(), running.ended.subscribe());
    let served = running.served.clone();
    tokio::spawn(async move {
        let last = async move {
            let _ = ended.wait_for(|ended| *ended).await;
        };
        if let Err(error) = control::server::serve(control, token, Arc::new(api), last).await {
            tracing::error!(%error, "the control API broke");
        }
        served.send_replace(true);
    });
    Ok(running)
}

/// The project as this process would label its instances.
pub(crate) fn project(folder: &ProjectFolder, path: &Path) -> Project {
    let id = folder.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
    Project { path: path.to_owned(), id, emulator: ProcessId::own().to_string(), host: host() }
}

/// Whether an instance has an emulator that lives, or one of another machine, of which nothing is known here.
pub(crate) fn owned(on: &str, emulator: &str) -> bool {
    on != host() || ProcessId::parse(emulator).is_some_and(|process| process.alive())
}

fn folders(home: &Home, folder: &ProjectFolder) -> Folders {
    Folders { run: folder.path().join("run"), cache: home.cache.clone(), failed_logs: folder.path().join("logs") }
}

fn say_swept(lifecycle: &Lifecycle, swept: &[String]) {
    if !swept.is_empty() {
        let message = format!("removed what a killed emulator left: {}", swept.join(", "));
        lifecycle.events().say(EventKind::Said { diagnosis: Diagnosis::note(plan::LEFTOVERS_REMOVED, message) });
    }
}

pub(crate) fn internal(error: &dyn std::fmt::Display) -> Diagnosis {
    Diagnosis::error(local::INTERNAL, error.to_string())
}
