//! `state.json`.

use super::ProcessId;
use super::port::preferred_debug_port;
use diagnosis::{Diagnosis, local};
use model::{DeploymentName, Endpoint, EndpointName, Mirror, SCHEMA_VERSION, Traffic};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectState {
    pub schema_version: u32,
    /// Version of the binary that wrote this.
    pub version: String,
    /// The binary itself, for the `down` line of a version that cannot read this.
    pub executable: PathBuf,
    /// Canonical path of the project folder.
    pub project: PathBuf,
    /// `None` after `down`. Present does not mean alive: ask [`ProjectState::alive`].
    pub emulator: Option<RunningEmulator>,
    /// The endpoints that are up, or were when the emulator was killed.
    pub endpoints: Vec<EndpointName>,
    /// A container engine may hold instances of it: from the first that could until one has told that there are none.
    #[serde(default)]
    pub containers: bool,
    /// Survive `down`, so that an endpoint keeps its port.
    pub scoring_ports: BTreeMap<EndpointName, u16>,
    /// Likewise, of deployments that were debugged.
    #[serde(default)]
    pub debug_ports: BTreeMap<EndpointName, BTreeMap<DeploymentName, u16>>,
    /// What the `traffic` verb set, while the file's traffic is what it was then.
    pub traffic_overrides: BTreeMap<EndpointName, TrafficOverride>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningEmulator {
    #[serde(flatten)]
    pub process: ProcessId,
    pub control_port: u16,
    pub token_file: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficOverride {
    /// The file's traffic at that time: once it differs, the file wins again.
    pub file: Option<Traffic>,
    #[serde(default)]
    pub file_mirror: Option<Mirror>,
    pub traffic: Traffic,
    pub mirror: Option<Mirror>,
}

impl TrafficOverride {
    /// What is set over what the file says now.
    pub fn over(written: &Endpoint, traffic: Traffic, mirror: Option<Mirror>) -> Self {
        Self { file: written.traffic.clone(), file_mirror: written.mirror.clone(), traffic, mirror }
    }

    /// The file still says what it said then.
    pub fn holds(&self, written: &Endpoint) -> bool {
        (&self.file, &self.file_mirror) == (&written.traffic, &written.mirror)
    }
}

impl ProjectState {
    /// The state of a project nothing is known of yet.
    pub fn new(project: &Path) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            version: env!("CARGO_PKG_VERSION").into(),
            executable: std::env::current_exe().unwrap_or_else(|_| "local-endpoint".into()),
            project: project.into(),
            emulator: None,
            endpoints: vec![],
            containers: false,
            scoring_ports: BTreeMap::new(),
            debug_ports: BTreeMap::new(),
            traffic_overrides: BTreeMap::new(),
        }
    }

    /// The debug port of a deployment, while nobody else has it.
    pub fn debug_port(&self, endpoint: &EndpointName, deployment: &DeploymentName) -> u16 {
        let recorded = self.debug_ports.get(endpoint).and_then(|ports| ports.get(deployment)).copied();
        recorded.unwrap_or_else(|| preferred_debug_port(&self.project, endpoint, deployment))
    }

    /// The emulator's process still runs: this very process, not another one with its number.
    pub fn alive(&self) -> bool {
        self.emulator.as_ref().is_some_and(|emulator| emulator.process.alive())
    }

    /// The recorded emulator, alive.
    ///
    /// # Errors
    /// `NotRunning` when none was started, `EmulatorGone` when it was killed.
    pub fn running(&self) -> Result<&RunningEmulator, Diagnosis> {
        let project = self.project.display();
        let Some(emulator) = &self.emulator else {
            return Err(Diagnosis::error(local::NOT_RUNNING, format!("no emulator runs for {project}")));
        };
        if emulator.process.alive() { Ok(emulator) } else { Err(self.gone()) }
    }

    /// The emulator was killed: nobody restarts it.
    pub fn gone(&self) -> Diagnosis {
        let pid =
            self.emulator.as_ref().map_or_else(String::new, |emulator| format!(" (pid {})", emulator.process.pid));
        let message =
            format!("the emulator of {}{pid} was killed; it is not restarted by itself", self.project.display());
        Diagnosis::error(local::EMULATOR_GONE, message)
    }
}
