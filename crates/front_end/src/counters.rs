//! What can be read from outside while the door is open.

use crate::desk::Desk;
use model::DeploymentName;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A handle on the numbers of one door; clones read the same numbers.
#[derive(Debug, Clone, Default)]
pub struct Counters(Arc<Numbers>);

#[derive(Debug, Default)]
struct Numbers {
    desks: Mutex<BTreeMap<DeploymentName, Arc<Desk>>>,
    dropped_exchanges: AtomicU64,
    /// Requests whose answer has not ended, refused ones too.
    open: AtomicUsize,
}

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

    fn lock(&self) -> MutexGuard<'_, BTreeMap<DeploymentName, Arc<Desk>>> {
        self.0.desks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
