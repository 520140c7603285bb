//! One endpoint's listener: its configuration, and what its requests share.

use crate::chance::Chance;
use crate::counters::Counters;
use crate::desk::Desk;
use model::{EndpointName, Exchange, Fleet, ServedDeployment, ServedEndpoint};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// What a door is opened with.
#[derive(Debug)]
pub struct DoorConfig {
    pub endpoint: EndpointName,
    /// Read anew for every request: a new fleet counts from the next request on.
    pub fleet: watch::Receiver<Arc<Fleet>>,
    /// One per request, refused and broken ones too. A full channel drops them, counted in `counters`.
    pub exchanges: mpsc::Sender<Exchange>,
    /// Of the draws that pick a deployment by its weight; `None`: by chance.
    pub seed: Option<u64>,
    /// The longest request body that is held in memory, in bytes.
    pub body_limit: usize,
    /// How long a request body may stand still.
    pub body_idle: Duration,
    /// How long requests in flight may go on after the stop.
    pub drain: Duration,
    /// A handle; keep a clone to read.
    pub counters: Counters,
}

impl DoorConfig {
    /// With the defaults: bodies up to 256 MiB, 30 s without a byte, 30 s of drain.
    pub fn new(endpoint: EndpointName, fleet: watch::Receiver<Arc<Fleet>>, exchanges: mpsc::Sender<Exchange>) -> Self {
        let (body_idle, drain) = (Duration::from_secs(30), Duration::from_secs(30));
        let counters = Counters::default();
        Self { endpoint, fleet, exchanges, seed: None, body_limit: 256 << 20, body_idle, drain, counters }
    }
}

/// What the requests of one listener share.
#[derive(Debug)]
pub struct Door {
    pub(crate) config: DoorConfig,
    pub(crate) chance: Chance,
}

impl Door {
    pub fn new(config: DoorConfig) -> Self {
        Self { chance: Chance::new(config.seed), config }
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
        self.endpoint().is_some_and(|endpoint| endpoint.deployments.values().any(|served| below(&served.scoring_path)))
    }

    /// A new fleet: who waits for an instance may have one now.
    pub(crate) async fn follow_the_fleet(self: Arc<Self>) {
        let mut fleet = self.config.fleet.clone();
        while fleet.changed().await.is_ok() {
            self.config.counters.desks().iter().for_each(|desk| desk.pump());
        }
    }
}
