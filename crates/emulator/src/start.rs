//! From the desired state to a running emulator: everything that can fail before anything runs, fails here.

use crate::beside::Beside;
use crate::chaos::Chaos;
use crate::collected::{self, Files};
use crate::doors::{Asked, Doors};
use crate::follow::{self, Reread};
use crate::minutes;
use crate::requests::{self, Heard, Requests};
use crate::running::Running;
use crate::scaler;
use crate::tokens::Tokens;
use control::Home;
use control::state::{ProcessId, ProjectFolder, ProjectState, RunningEmulator, host};
use diagnosis::{Diagnosis, engine as rows, local, plan};
use engine::Labels;
use front_end::{Collector, TrafficLog};
use lifecycle::{Engines, Folders, Lifecycle, Project, Swept};
use model::{Desired, EventKind};
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;
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
    /// How the project is read again when its files change.
    pub reread: Reread,
}

/// Locks the project, binds every port, removes what a killed emulator left, and brings up what is desired.
/// Returns as soon as all is under way; `Settled` in the events tells the rest.
pub async fn start(setup: Setup) -> Result<Running, Diagnosis> {
    let Setup { home, engines, desired, key, reread } = setup;
    home.create()?;
    let folder = ProjectFolder::of(&home, &desired.project)?;
    folder.create()?;
    let lock = folder.lock()?.ok_or_else(|| Diagnosis::error(local::BUSY, ""))?;
    let known = folder.read()?.unwrap_or_else(|| ProjectState::new(&desired.project));
    let control = control::server::bind().await?;
    let control_port = control.local_addr().map_err(|error| internal(&error))?.port();
    let token = folder.new_token()?;
    let project = project(&folder, &desired.project);
    let lifecycle = recovered(project, engines, folders(&home, &folder), &desired).await;
    let collector = Collector::start(Files::below(folder.collected())).map_err(|error| internal(&error))?;
    let beside = Beside::new(&folder, &desired.project, &lifecycle, collector.clone())?;
    lifecycle.is_beside(Arc::new(beside.clone()));
    let (sender, exchanges) = mpsc::channel(EXCHANGES);
    let traffic_log = TrafficLog::start(folder.traffic_log()?).map_err(|error| internal(&error))?;
    let (passing, passed) = mpsc::unbounded_channel();
    let kept = (traffic_log, collector);
    let doors = Doors::new(lifecycle.fleet(), sender, passing, kept).map_err(|error| internal(&error))?;
    let doors = Arc::new(doors);
    let losses = lifecycle.clone();
    tokio::spawn(minutes::keep(Arc::downgrade(&doors), move |doors| say_lost(doors, &losses)));
    tokio::spawn(scaler::keep(Arc::downgrade(&doors), lifecycle.clone()));
    let requests = Arc::new(Requests::default());
    let chaos = Arc::new(Chaos::default());
    let told = requests::Told { requests: requests.clone(), chaos: chaos.clone() };
    tokio::spawn(requests::read(Heard { exchanges, passed }, told, lifecycle.clone(), Arc::downgrade(&doors)));
    let emulator = RunningEmulator { process: ProcessId::own(), control_port, token_file: folder.token_file() };
    let state = ProjectState { emulator: Some(emulator), endpoints: vec![], ..known };
    let running = Running {
        tokens: Arc::new(Tokens::new()?),
        doors,
        debug_ports: Arc::default(),
        applying: Arc::new(Mutex::new(state)),
        desired: Arc::default(),
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
        chaos,
        beside,
    };
    running.lifecycle.serves_through(Arc::new(Asked(Arc::downgrade(&running.doors))));
    running.put(desired, None).await?;
    tokio::spawn(follow::keep(running.clone(), reread));
    tokio::spawn(answer(running.clone(), control, token));
    Ok(running)
}

/// The control API, until the emulator ends.
async fn answer(running: Running, control: TcpListener, token: String) {
    let (mut ended, served) = (running.ended.subscribe(), running.served.clone());
    let last = async move {
        let _ = ended.wait_for(|ended| *ended).await;
    };
    if let Err(error) = control::server::serve(control, token, Arc::new(running), last).await {
        tracing::error!(%error, "the control API broke");
    }
    served.send_replace(true);
}

/// Knows what a killed emulator left: what is still wanted will serve on, the rest is removed.
async fn recovered(project: Project, engines: Engines, folders: Folders, desired: &Desired) -> Lifecycle {
    // An engine that does not answer now has nothing to give back; `down` finds it later.
    let labels = project.labels();
    let ((orphans, silent), tidied) =
        tokio::join!(lifecycle::orphans(&engines, &labels, owned), lifecycle::tidied(&engines, &labels));
    let deployments = desired.endpoints.iter().flat_map(|endpoint| &endpoint.deployments);
    let signed = deployments.map(|deployment| (deployment, lifecycle::plan::signature(deployment, &desired.options)));
    let (kept, rest) = lifecycle::wanted(orphans, signed, &desired.options);
    let mut swept = lifecycle::remove(rest).await;
    swept.stayed.extend(silent.iter().chain(&tidied.err()).map(ToString::to_string));
    let lifecycle = Lifecycle::new(project, engines, folders);
    lifecycle.adopts(kept);
    say_swept(&lifecycle, &swept);
    lifecycle
}

/// The project as this process would label its instances.
pub(crate) fn project(folder: &ProjectFolder, path: &Path) -> Project {
    let id = folder.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (path, state) = (path.to_owned(), folder.path().to_owned());
    Project { path, id, emulator: ProcessId::own().to_string(), host: host(), state }
}

/// Whether an instance has an emulator that lives, or one of another machine, of which nothing is known here. The one
/// that started it may be gone, and another have taken it over: the project's state tells.
pub(crate) fn owned(labels: &Labels) -> bool {
    let named = |name: &str| labels.get(&lifecycle::label(name)).map(String::as_str).unwrap_or_default();
    let starter = ProcessId::parse(named(lifecycle::EMULATOR));
    let state = Some(named(lifecycle::STATE)).filter(|path| !path.is_empty());
    let successor = || ProjectFolder::at(state?.into()).read().ok().flatten();
    named(lifecycle::HOST) != host()
        || starter.is_some_and(|process| process.alive())
        || successor().is_some_and(|state| state.alive())
}

fn folders(home: &Home, folder: &ProjectFolder) -> Folders {
    Folders { run: folder.path().join("run"), cache: home.cache.clone(), failed_logs: folder.path().join("logs") }
}

/// Once for every time that the disk does not take what it is given.
fn say_lost(doors: &Doors, lifecycle: &Lifecycle) {
    collected::say_lost(doors.collector.fault(), lifecycle);
    if let Some(fault) = doors.traffic_log.fault() {
        let lines = doors.traffic_log.dropped();
        let message = format!("the traffic log cannot be written: {fault}; {lines} lines are lost so far");
        lifecycle.events().say(EventKind::Said { diagnosis: Diagnosis::warning(local::TRAFFIC_LOG_LOST, message) });
    }
}

fn say_swept(lifecycle: &Lifecycle, Swept { removed, stayed }: &Swept) {
    let say = |diagnosis| lifecycle.events().say(EventKind::Said { diagnosis });
    if !removed.is_empty() {
        let message = format!("removed what a killed emulator left: {}", removed.join(", "));
        say(Diagnosis::note(plan::LEFTOVERS_REMOVED, message));
    }
    if !stayed.is_empty() {
        let message = format!("what a killed emulator left could not be removed: {}", stayed.join("; "));
        say(Diagnosis::warning(rows::ENGINE_FAILED, message).remedy("`local-endpoint down` tries again"));
    }
}

pub(crate) fn internal(error: &dyn std::fmt::Display) -> Diagnosis {
    Diagnosis::error(local::INTERNAL, error.to_string())
}
