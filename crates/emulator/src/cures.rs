//! After a burst of timeouts or refusals: what the YAML would have to say, measured on the burst itself.

use crate::cure::told;
use crate::doors::Doors;
use front_end::Counters;
use lifecycle::Lifecycle;
use model::{DeploymentMeters, DeploymentName, EndpointName, EventKind, Exchange, Histogram, Limits, Profile, Reason};
use semantics::cure::{Cure, Refused, Timeouts, of_refusals, of_timeouts};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};

/// A burst is over when so long nothing was added to it.
const QUIET: Duration = Duration::from_secs(1);
/// One that does not end is told after this time.
const LONGEST: Duration = Duration::from_secs(30);
/// What timed out is waited for, as only its end tells how long it takes; ours.
const PATIENCE: Duration = Duration::from_secs(600);

/// Clones see the same bursts.
#[derive(Debug, Clone)]
pub struct Cures {
    lifecycle: Lifecycle,
    doors: Weak<Doors>,
    open: Arc<Mutex<BTreeMap<Key, Burst>>>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    endpoint: EndpointName,
    deployment: DeploymentName,
    refused: bool,
}

#[derive(Debug, Clone)]
struct Burst {
    first: Instant,
    last: Instant,
    count: u64,
    /// The longest that one waited for an instance.
    waited: Duration,
    /// Of the model, when it began.
    before: Histogram,
}

impl Cures {
    pub fn new(lifecycle: Lifecycle, doors: Weak<Doors>) -> Self {
        Self { lifecycle, doors, open: Arc::default() }
    }

    /// Opens a burst, or adds to the open one.
    pub fn met(&self, exchange: &Exchange) {
        let refused = match exchange.reason {
            Some(Reason::TooManyPendingRequest) => true,
            Some(Reason::UpstreamRequestTimeout) => false,
            _ => return,
        };
        let Some(deployment) = exchange.deployment.clone() else { return };
        let key = Key { endpoint: exchange.endpoint.clone(), deployment, refused };
        let Some(meters) = self.meters(&key) else { return };
        if self.add(&key, waited(exchange), meters) {
            let cures = self.clone();
            tokio::spawn(async move { cures.tell(key).await });
        }
    }

    /// Whether it is the first.
    fn add(&self, key: &Key, waited: Duration, meters: DeploymentMeters) -> bool {
        let now = Instant::now();
        let mut open = self.lock();
        let first = !open.contains_key(key);
        let new = || Burst { first: now, last: now, count: 0, waited, before: meters.model };
        let burst = open.entry(key.clone()).or_insert_with(new);
        (burst.last, burst.count, burst.waited) = (now, burst.count + 1, burst.waited.max(waited));
        first
    }

    async fn tell(self, key: Key) {
        self.over(&key).await;
        if !key.refused
            && let Some(counters) = self.counters(&key)
        {
            let _ = timeout(PATIENCE, counters.nothing_abandoned(&key.deployment)).await;
        }
        let Some(burst) = self.lock().remove(&key) else { return };
        if let Some(diagnosis) = self.diagnosis(&key, &burst) {
            self.lifecycle.events().say(EventKind::Said { diagnosis });
        }
    }

    async fn over(&self, key: &Key) {
        loop {
            let Some((first, last)) = self.lock().get(key).map(|burst| (burst.first, burst.last)) else { return };
            let end = (last + QUIET).min(first + LONGEST);
            if end <= Instant::now() {
                return;
            }
            sleep_until(end).await;
        }
    }

    fn diagnosis(&self, key: &Key, burst: &Burst) -> Option<diagnosis::Diagnosis> {
        let deployment = self.lifecycle.desired(&key.endpoint, &key.deployment)?;
        let limits = self.doors.upgrade()?.limits(&key.endpoint, &key.deployment)?;
        let meters = self.meters(key)?;
        let profile = self.lifecycle.profile(&key.endpoint);
        let (cure, measured) = match key.refused {
            true => refused(burst, &meters, &limits, profile)?,
            false => {
                let (met, measured) = timeouts(burst, &meters, &limits)?;
                (of_timeouts(&met, &limits, profile)?, measured)
            }
        };
        let text = std::fs::read_to_string(&deployment.file).unwrap_or_default();
        Some(told(cure, &deployment, &measured, &text))
    }

    fn meters(&self, key: &Key) -> Option<DeploymentMeters> {
        self.counters(key)?.meters().deployments.remove(&key.deployment)
    }

    fn counters(&self, key: &Key) -> Option<Counters> {
        self.doors.upgrade()?.counters().remove(&key.endpoint)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Burst>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// From the last byte of the request to an instance, or to the end.
fn waited(exchange: &Exchange) -> Duration {
    let until = exchange.leased_us.unwrap_or(exchange.total_duration_us);
    Duration::from_micros(until.saturating_sub(exchange.request_duration_us))
}

fn refused(burst: &Burst, meters: &DeploymentMeters, limits: &Limits, profile: Profile) -> Option<(Cure, String)> {
    let model = meters.model.percentile(95.0);
    let within = burst.last - burst.first;
    let met = Refused { in_flight: meters.in_flight_peak, refused: burst.count, within, model };
    let took = model
        .map_or_else(String::new, |model| format!(", p95 of {} is {}", requests(meters.model.count()), seconds(model)));
    let measured =
        format!("{} in flight at most, {} refused within {}{took}", met.in_flight, met.refused, seconds(within));
    Some((of_refusals(&met, limits, profile)?, measured))
}

/// The p95 of the burst; where that did not time out, the longest, as some did. What has not ended is not in it.
fn timeouts(burst: &Burst, meters: &DeploymentMeters, limits: &Limits) -> Option<(Timeouts, String)> {
    let took = meters.model.since(&burst.before);
    let (p95, longest) = (took.percentile(95.0)?, took.percentile(100.0)?);
    let (model, figure) = match p95 > limits.request_timeout {
        true => (p95, "p95"),
        false => (longest, "the longest"),
    };
    let at_least = if meters.abandoned > 0 { " at least, as some have not ended" } else { "" };
    let waited = match burst.waited >= Duration::from_millis(100) {
        true => format!(", after waiting up to {} for an instance", seconds(burst.waited)),
        false => String::new(),
    };
    let measured = format!("{figure} of {} is {}{at_least}{waited}", requests(took.count()), seconds(model));
    Some((Timeouts { model, waited: burst.waited, in_flight: meters.in_flight_peak }, measured))
}

fn requests(count: u64) -> String {
    if count == 1 { "1 request".into() } else { format!("{count} requests") }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
