//! What every part of the lifecycle shares.

use crate::adopt::Orphan;
use crate::chaos::ProbeFault;
use crate::events::Events;
use crate::occupancy::{Empty, Occupancy};
use crate::plan::Sidecar;
use crate::prepare::Prepared;
use crate::sidecars::Sidecars;
use crate::store::Store;
use diagnosis::{Diagnosis, plan};
use engine::{Engine, Labels};
use model::{EventKind, InstanceId};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The engines there are. No Docker engine: why not, for the error and for `auto`'s one loud line.
#[derive(Debug, Clone)]
pub struct Engines {
    pub docker: Result<Arc<dyn Engine>, String>,
    pub process: Arc<dyn Engine>,
}

#[derive(Debug, Clone)]
pub struct Folders {
    /// Private folders of processes: one per instance, removed with it.
    pub run: PathBuf,
    /// Where the launcher of the process engine is kept.
    pub cache: PathBuf,
    /// Logs of deployments that failed.
    pub failed_logs: PathBuf,
}

/// The project whose deployments these are.
#[derive(Debug, Clone)]
pub struct Project {
    pub path: PathBuf,
    /// 16 hex digits.
    pub id: String,
    /// The emulator's process, as its own labels name it: who finds an instance can tell whether it is orphaned.
    pub emulator: String,
    /// The machine on which that process lives.
    pub host: String,
    /// The folder of the project's state: it tells which emulator has taken an instance over since.
    pub state: PathBuf,
}

#[derive(Debug)]
pub struct Context {
    pub project: Project,
    pub engines: Engines,
    pub folders: Folders,
    pub store: Store,
    pub events: Arc<Events>,
    /// What was said once and need not be said again, for another deployment with the same file.
    pub said: Mutex<BTreeSet<String>>,
    /// Left by a killed emulator, to be taken over by what is put.
    pub orphans: Mutex<Vec<Orphan>>,
    /// A container engine does not answer, which was said.
    pub away: Mutex<bool>,
    pub occupancy: OnceLock<Arc<dyn Occupancy>>,
    pub sidecars: OnceLock<Arc<dyn Sidecars>>,
    /// Probes that fail on purpose.
    pub probe_faults: Mutex<Vec<ProbeFault>>,
}

/// The process that started it, which may be gone while another has taken it over.
pub const EMULATOR: &str = "emulator";
pub const HOST: &str = "host";
pub const PROJECT: &str = "project";
pub const STATE: &str = "state";
pub const ENDPOINT: &str = "endpoint";
pub const DEPLOYMENT: &str = "deployment";
pub const INSTANCE: &str = "instance";
pub const PLAN: &str = "plan";
pub const RESTARTS: &str = "restarts";

/// The full name of one of our labels.
pub fn label(name: &str) -> String {
    format!("dev.local-endpoint.{name}")
}

impl Project {
    /// The label all our instances of this project carry.
    pub fn labels(&self) -> Labels {
        Labels::from([(label(PROJECT), self.id.clone())])
    }

    /// All that `down` must know after the state was lost; never a key or a variable.
    pub fn instance_labels(&self, id: &InstanceId, signature: &str, restarts: u32) -> Labels {
        let mut labels = self.labels();
        let mut add = |name: &str, value: String| labels.insert(label(name), value);
        add(EMULATOR, self.emulator.clone());
        add(HOST, self.host.clone());
        add("schema", "1".to_owned());
        add("project-path", self.path.to_string_lossy().into_owned());
        add(STATE, self.state.to_string_lossy().into_owned());
        add(ENDPOINT, id.endpoint.to_string());
        add(DEPLOYMENT, id.deployment.to_string());
        add(INSTANCE, id.number.to_string());
        add(PLAN, signature.to_owned());
        add(RESTARTS, restarts.to_string());
        labels
    }
}

impl Context {
    pub fn progress(&self, id: &model::DeploymentName, text: impl Into<String>) {
        self.events.say(EventKind::Progress { deployment: Some(id.clone()), text: text.into() });
    }

    pub fn say_all(&self, notes: Vec<Diagnosis>) {
        for diagnosis in notes.into_iter().filter(|diagnosis| self.is_new(diagnosis)) {
            self.events.say(EventKind::Said { diagnosis });
        }
    }

    pub fn occupancy(&self) -> Arc<dyn Occupancy> {
        self.occupancy.get().cloned().unwrap_or_else(|| Arc::new(Empty))
    }

    /// What an instance is told of what is served beside it; from now on it is.
    pub async fn sidecar(&self, prepared: &Prepared, id: &InstanceId) -> Option<Sidecar> {
        self.sidecars.get()?.beside(id, &*prepared.engine, (&prepared.base, &prepared.outward)).await
    }

    pub fn lock_orphans(&self) -> MutexGuard<'_, Vec<Orphan>> {
        self.orphans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this was not to be said before.
    pub fn is_first(&self, what: String) -> bool {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).insert(what)
    }

    fn is_new(&self, diagnosis: &Diagnosis) -> bool {
        let once = [plan::NOT_FAITHFUL, plan::LIMITS_NOT_KEPT, plan::PORTS_OPEN].contains(&diagnosis.code);
        !once || self.is_first(diagnosis.message.clone())
    }
}
