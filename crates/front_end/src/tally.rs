//! What a deployment's requests have come to so far.

use crate::codes::Codes;
use model::histogram::{BUCKETS, bucket};
use model::{DeploymentMeters, Histogram};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::Notify;

#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) codes: Codes,
    pub(crate) latency: Times,
    pub(crate) model: Times,
    peak: AtomicU32,
    abandoned_ended: AtomicU64,
    copies: AtomicU64,
    copies_dropped: AtomicU64,
    /// Told when an abandoned exchange ends.
    pub(crate) ended: Notify,
}

/// A histogram that many write.
#[derive(Debug)]
pub(crate) struct Times {
    counts: Box<[AtomicU64]>,
    sum_us: AtomicU64,
}

impl Default for Times {
    fn default() -> Self {
        Self { counts: (0..BUCKETS).map(|_| AtomicU64::new(0)).collect(), sum_us: AtomicU64::new(0) }
    }
}

impl Times {
    pub(crate) fn record(&self, us: u64) {
        self.counts[bucket(us)].fetch_add(1, Relaxed);
        self.sum_us.fetch_add(us, Relaxed);
    }

    fn told(&self) -> Histogram {
        let counts = self.counts.iter().map(|count| count.load(Relaxed)).enumerate();
        Histogram::of(counts, self.sum_us.load(Relaxed))
    }
}

impl Tally {
    /// So many are in flight, the one that tells it among them.
    pub(crate) fn in_flight(&self, now: u32) {
        if now > self.peak.load(Relaxed) {
            self.peak.fetch_max(now, Relaxed);
        }
    }

    /// A copy of a request has ended.
    pub(crate) fn copy_ended(&self) {
        self.copies.fetch_add(1, Relaxed);
    }

    /// A copy of a request was not sent.
    pub(crate) fn copy_dropped(&self) {
        self.copies_dropped.fetch_add(1, Relaxed);
    }

    /// The container has ended what nobody waited for any more.
    pub(crate) fn abandoned_ended(&self, took: Duration) {
        self.model.record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        self.abandoned_ended.fetch_add(1, Relaxed);
        self.ended.notify_waiters();
    }

    /// The gauges are left at zero.
    pub(crate) fn meters(&self) -> DeploymentMeters {
        DeploymentMeters {
            in_flight_peak: self.peak.load(Relaxed),
            abandoned_ended: self.abandoned_ended.load(Relaxed),
            copies: self.copies.load(Relaxed),
            copies_dropped: self.copies_dropped.load(Relaxed),
            answers: self.codes.answers(),
            latency: self.latency.told(),
            model: self.model.told(),
            ..DeploymentMeters::default()
        }
    }
}
