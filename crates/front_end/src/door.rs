//! One endpoint's listener: its configuration, and what its requests share.

use crate::chance::Chance;
use crate::collector::Collector;
use crate::counters::Counters;
use crate::credential::LastCredential;
use crate::desk::Desk;
use crate::rates::{Passed, Rates};
use crate::timers::Timers;
use crate::traffic_log::TrafficLog;
use model::{EndpointName, Exchange, Fleet, Profile, ServedDeployment, ServedEndpoint};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};

/// What a door is opened with.
#[derive(Debug)]
pub struct DoorConfig {
    pub endpoint: EndpointName,
    /// Read anew for every request: a new fleet counts from the next request on.
    pub fleet: watch::Receiver<Arc<Fleet>>,
    /// One per failed request, or per request while `counters` are followed. A full channel drops them, counted.
    pub exchanges: mpsc::Sender<Exchange>,
    /// `None`: no traffic log is written.
    pub traffic_log: Option<TrafficLog>,
    /// `None`: nothing is collected, whatever a deployment wants.
    pub collector: Option<Collector>,
    /// Told the first time that a limit of the endpoint as a whole is passed.
    pub passed_limits: Option<mpsc::UnboundedSender<Passed>>,
    /// By which those limits are reckoned; `None`: the machine's.
    pub clock: Option<fn() -> Instant>,
    /// Of the draws that pick a deployment by its weight; `None`: by chance.
    pub seed: Option<u64>,
    /// The longest request body that is taken whole, in bytes; beyond 1 MiB it lies on disk.
    pub body_limit: usize,
    /// Where that is; `None`: the system's folder for temporary files.
    pub spill_folder: Option<Arc<PathBuf>>,
    /// For a head to come whole, and for an idle connection to be used again.
    pub head_timeout: Duration,
    /// How long a request body may stand still.
    pub body_idle: Duration,
    /// How long requests in flight may go on after the stop.
    pub drain: Duration,
    /// A handle; keep a clone to read.
    pub counters: Counters,
}

impl DoorConfig {
    /// With the defaults: bodies up to 256 MiB, 60 s for a head, 30 s without a byte of a body, 30 s of drain.
    pub fn new(endpoint: EndpointName, fleet: watch::Receiver<Arc<Fleet>>, exchanges: mpsc::Sender<Exchange>) -> Self {
        Self {
            endpoint,
            fleet,
            exchanges,
            traffic_log: None,
            collector: None,
            passed_limits: None,
            clock: None,
            seed: None,
            body_limit: 256 << 20,
            spill_folder: None,
            head_timeout: Duration::from_secs(60),
            body_idle: Duration::from_secs(30),
            drain: Duration::from_secs(30),
            counters: Counters::default(),
        }
    }
}

/// What the requests of one listener share.
#[derive(Debug)]
pub struct Door {
    pub(crate) config: DoorConfig,
    pub(crate) chance: Chance,
    pub(crate) last_credential: LastCredential,
    pub(crate) rates: Rates,
    /// Of the requests' deadlines.
    pub(crate) timers: Timers,
    /// Of the heads that are waited for.
    pub(crate) head_timers: Timers,
}

impl Door {
    pub fn new(config: DoorConfig) -> Self {
        config.collector.iter().for_each(|collector| config.counters.collects(&config.endpoint, collector));
        Self {
            chance: Chance::new(config.seed),
            last_credential: LastCredential::default(),
            rates: Rates::new(config.clock),
            timers: Timers::default(),
            head_timers: Timers::default(),
            config,
        }
    }

    /// The endpoint as it is served now; `None`: the fleet does not have it.
    pub(crate) fn endpoint(&self) -> Option<Arc<ServedEndpoint>> {
        self.config.fleet.borrow().endpoints.get(&self.config.endpoint).cloned()
    }

    pub(crate) fn desk(&self, deployment: &Arc<ServedDeployment>) -> Arc<Desk> {
        let new = || Desk::new(self.config.endpoint.clone(), self.config.fleet.clone(), deployment.clone());
        self.config.counters.desk(&deployment.name, new)
    }

    /// Whether the path scores: a deployment's scoring path, or below it.
    pub(crate) fn scores(&self, path: &str) -> bool {
        let below = |route: &str| path.strip_prefix(route).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let scores = |endpoint: &ServedEndpoint| match endpoint.profile {
            Profile::Kubernetes => below("/api/v1/endpoint"),
            _ => endpoint.deployments.values().any(|served| below(&served.scoring_path)),
        };
        self.config.fleet.borrow().endpoints.get(&self.config.endpoint).is_some_and(|endpoint| scores(endpoint))
    }

    pub(crate) async fn follow_the_fleet(self: Arc<Self>) {
        let mut fleet = self.config.fleet.clone();
        while fleet.changed().await.is_ok() {
            self.config.counters.desks().iter().for_each(|desk| desk.follow());
        }
    }
}
