//! What can be read from outside while the door is open.

use crate::codes::Codes;
use crate::collector::Collector;
use crate::desk::Desk;
use model::{DeploymentMeters, DeploymentName, DoorMeters, EndpointName, InstanceId};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// A handle on the numbers of one door; clones read the same numbers.
#[derive(Debug, Clone, Default)]
pub struct Counters(Arc<Numbers>);

#[derive(Debug, Default)]
struct Numbers {
    desks: Mutex<BTreeMap<DeploymentName, Arc<Desk>>>,
    dropped_exchanges: AtomicU64,
    /// Requests whose answer has not ended, refused ones too.
    open: AtomicUsize,
    connections: AtomicU32,
    connections_opened: AtomicU64,
    bytes_received: AtomicU64,
    bytes_sent: AtomicU64,
    unrouted: Codes,
    followers: AtomicUsize,
    collector: OnceLock<(EndpointName, Collector)>,
}

/// While it lives, every request is told as an exchange, not the failed ones alone.
#[derive(Debug)]
pub struct Following(Counters);

/// A client's connection, counted while it lives.
#[derive(Debug)]
pub(crate) struct Connected(Counters);

/// The requests of one deployment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeploymentCounts {
    /// Admitted, and their answer has not ended.
    pub in_flight: u32,
    /// Of these, waiting for an instance.
    pub queued: u32,
    /// Nobody waits for them any more (408, client gone), the container still works on them.
    pub abandoned: u32,
}

impl Counters {
    /// Zeroes for a deployment that was never asked.
    pub fn deployment(&self, name: &DeploymentName) -> DeploymentCounts {
        self.lock().get(name).map(|desk| desk.counts()).unwrap_or_default()
    }

    /// Every deployment that was ever asked.
    pub fn deployments(&self) -> BTreeMap<DeploymentName, DeploymentCounts> {
        self.lock().iter().map(|(name, desk)| (name.clone(), desk.counts())).collect()
    }

    /// All that was counted.
    pub fn meters(&self) -> DoorMeters {
        let numbers = &*self.0;
        DoorMeters {
            connections_active: numbers.connections.load(Relaxed),
            connections_opened: numbers.connections_opened.load(Relaxed),
            bytes_received: numbers.bytes_received.load(Relaxed),
            bytes_sent: numbers.bytes_sent.load(Relaxed),
            exchanges_dropped: self.dropped_exchanges(),
            unrouted: numbers.unrouted.answers(),
            deployments: self.deployment_meters(),
        }
    }

    fn deployment_meters(&self) -> BTreeMap<DeploymentName, DeploymentMeters> {
        let mut all = self.lock().iter().map(|(name, desk)| (name.clone(), desk.meters())).collect();
        if let Some((endpoint, collector)) = self.0.collector.get() {
            collector.count(endpoint, &mut all);
        }
        all
    }

    /// What is collected of this endpoint is counted there.
    pub(crate) fn collects(&self, endpoint: &EndpointName, collector: &Collector) {
        let _ = self.0.collector.set((endpoint.clone(), collector.clone()));
    }

    /// Client connections that are open.
    pub fn connections(&self) -> u32 {
        self.0.connections.load(Relaxed)
    }

    pub fn follow(&self) -> Following {
        self.0.followers.fetch_add(1, Relaxed);
        Following(self.clone())
    }

    /// Resolves once no request runs on this start of an instance, which has left the fleet.
    pub async fn vacated(&self, instance: &InstanceId, generation: u64) {
        let desk = self.lock().get(&instance.deployment).cloned();
        if let Some(desk) = desk {
            desk.vacated((instance.number, generation)).await;
        }
    }

    /// Resolves when no container works any more on a request of the deployment that nobody waits for.
    pub async fn nothing_abandoned(&self, name: &DeploymentName) {
        let Some(desk) = self.lock().get(name).cloned() else { return };
        loop {
            let mut ended = std::pin::pin!(desk.tally.ended.notified());
            ended.as_mut().enable();
            if desk.counts().abandoned == 0 {
                return;
            }
            ended.await;
        }
    }

    pub(crate) fn connections_active(&self) -> u32 {
        self.0.connections.load(Relaxed)
    }

    /// Exchanges that found their channel full.
    pub fn dropped_exchanges(&self) -> u64 {
        self.0.dropped_exchanges.load(Relaxed)
    }

    /// Requests whose answer has not ended, refused ones too.
    pub fn open_requests(&self) -> usize {
        self.0.open.load(Relaxed)
    }

    pub(crate) fn desk(&self, name: &DeploymentName, new: impl FnOnce() -> Desk) -> Arc<Desk> {
        let mut desks = self.lock();
        if let Some(desk) = desks.get(name) {
            return desk.clone();
        }
        desks.entry(name.clone()).or_insert(Arc::new(new())).clone()
    }

    pub(crate) fn desks(&self) -> Vec<Arc<Desk>> {
        self.lock().values().cloned().collect()
    }

    pub(crate) fn opened(&self) {
        self.0.open.fetch_add(1, Relaxed);
    }

    pub(crate) fn closed(&self) {
        self.0.open.fetch_sub(1, Relaxed);
    }

    pub(crate) fn dropped(&self) {
        self.0.dropped_exchanges.fetch_add(1, Relaxed);
    }

    pub(crate) fn followed(&self) -> bool {
        self.0.followers.load(Relaxed) > 0
    }

    pub(crate) fn unrouted(&self) -> &Codes {
        &self.0.unrouted
    }

    pub(crate) fn ended(&self, received: u64, sent: u64) {
        self.0.bytes_received.fetch_add(received, Relaxed);
        self.0.bytes_sent.fetch_add(sent, Relaxed);
    }

    pub(crate) fn connected(&self) -> Connected {
        self.0.connections.fetch_add(1, Relaxed);
        self.0.connections_opened.fetch_add(1, Relaxed);
        Connected(self.clone())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<DeploymentName, Arc<Desk>>> {
        self.0.desks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.0.0.followers.fetch_sub(1, Relaxed);
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.0.connections.fetch_sub(1, Relaxed);
    }
}
