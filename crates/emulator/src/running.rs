//! A running emulator: what every part of it shares. Clones are handles on the same one.

use crate::beside::Beside;
use crate::chaos::Chaos;
use crate::debug_ports::DebugPorts;
use crate::desired::Puts;
use crate::doors::Doors;
use crate::requests::Requests;
use crate::tokens::Tokens;
use control::Home;
use control::state::{ProjectFolder, ProjectLock, ProjectState};
use futures_util::stream::BoxStream;
use lifecycle::Lifecycle;
use model::{
    DeploymentMeters, DeploymentName, EmulatorDocument, EndpointDocument, EndpointName, Event, RequestsDocument,
};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{Mutex, watch};

#[derive(Debug, Clone)]
pub struct Running {
    pub(crate) home: Home,
    pub(crate) folder: ProjectFolder,
    pub(crate) project: PathBuf,
    pub(crate) control_port: u16,
    pub(crate) key: Option<String>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) doors: Arc<Doors>,
    pub(crate) debug_ports: Arc<DebugPorts>,
    pub(crate) requests: Arc<Requests>,
    pub(crate) chaos: Arc<Chaos>,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) beside: Beside,
    /// `state.json` as it was last written; held while a change is made, so that changes follow one another.
    pub(crate) applying: Arc<Mutex<ProjectState>>,
    /// What is wanted, by everybody.
    pub(crate) desired: Arc<watch::Sender<Puts>>,
    pub(crate) ended: watch::Sender<bool>,
    /// The control API has given its last answer.
    pub(crate) served: watch::Sender<bool>,
    /// Given back once all is taken down.
    pub(crate) lock: Arc<std::sync::Mutex<Option<ProjectLock>>>,
}

fn requests(counted: &DeploymentMeters) -> RequestsDocument {
    let milliseconds = |percent| counted.latency.percentile(percent).map(|time| time.as_micros() as f64 / 1000.0);
    RequestsDocument {
        ended: counted.ended(),
        in_flight: counted.in_flight,
        queued: counted.queued,
        p50_ms: milliseconds(50.0),
        p99_ms: milliseconds(99.0),
    }
}

impl Running {
    pub fn events(&self, from: u64) -> BoxStream<'static, Event> {
        self.lifecycle.events().from(from)
    }

    pub fn endpoints(&self) -> Vec<EndpointDocument> {
        let mut documents = self.lifecycle.documents(&self.doors.ports());
        for document in &mut documents {
            document.faults = self.chaos.documents(&EndpointName::new(&document.name));
            let counted = self.doors.counted(&EndpointName::new(&document.name));
            for deployment in &mut document.deployments {
                let name = DeploymentName::new(&deployment.name);
                deployment.debug_port = self.debug_ports.port(&EndpointName::new(&document.name), &name);
                let Some(counted) = counted.get(&name) else { continue };
                deployment.abandoned_requests = counted.abandoned;
                deployment.requests = Some(requests(counted));
            }
        }
        documents
    }

    pub fn document(&self) -> EmulatorDocument {
        EmulatorDocument {
            pid: std::process::id(),
            project: self.project.clone(),
            control_port: self.control_port,
            endpoints: self.endpoints(),
        }
    }

    /// Resolves once everything is taken down and whoever asked for it has been answered.
    pub async fn ended(&self) {
        let _ = self.served.subscribe().wait_for(|served| *served).await;
    }
}
