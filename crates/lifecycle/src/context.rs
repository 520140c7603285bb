//! What every part of the lifecycle shares.

use crate::events::Events;
use crate::store::Store;
use diagnosis::{Diagnosis, plan};
use engine::{Engine, Labels};
use model::{EventKind, InstanceId};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

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
}

pub const EMULATOR: &str = "emulator";
pub const HOST: &str = "host";

/// The full name of one of our labels.
pub fn label(name: &str) -> String {
    format!("dev.local-endpoint.{name}")
}

impl Project {
    /// The label all our instances of this project carry.
    pub fn labels(&self) -> Labels {
        Labels::from([(label("project"), self.id.clone())])
    }

    /// All that `down` must know after the state was lost; never a key or a variable.
    pub fn instance_labels(&self, id: &InstanceId, signature: &str) -> Labels {
        let mut labels = self.labels();
        let mut add = |name: &str, value: String| labels.insert(label(name), value);
        add(EMULATOR, self.emulator.clone());
        add(HOST, self.host.clone());
        add("schema", "1".to_owned());
        add("project-path", self.path.to_string_lossy().into_owned());
        add("endpoint", id.endpoint.to_string());
        add("deployment", id.deployment.to_string());
        add("instance", id.number.to_string());
        add("plan", signature.to_owned());
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

    fn is_new(&self, diagnosis: &Diagnosis) -> bool {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        diagnosis.code != plan::NOT_FAITHFUL || said.insert(diagnosis.message.clone())
    }
}
