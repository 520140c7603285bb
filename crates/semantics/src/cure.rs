//! What the settings of a deployment would have to be, by what was measured of its requests.
//! The limits are Azure's (documented), the arithmetic on them is ours (inferred).

use model::{Limits, Profile};
use std::time::Duration;

/// A change of the deployment YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cure {
    /// `request_timeout_ms`
    Timeout { from_ms: u64, to_ms: u64 },
    /// The model takes longer than Azure lets a request take.
    TimeoutBeyond { needed_ms: u64, most_ms: u64 },
    /// `max_concurrent_requests_per_instance` (and WORKER_COUNT with it), or else `instance_count`.
    Concurrency { max_from: u32, max_to: u32, count_from: u32, count_to: u32 },
}

/// Requests that ran into the timeout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// How long an instance took.
    pub model: Duration,
    /// How long they had waited for it.
    pub waited: Duration,
    /// The most that were in flight at once.
    pub in_flight: u32,
}

/// Requests that were refused as too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// The most that were in flight at once.
    pub in_flight: u32,
    pub refused: u64,
    /// From the first refusal to the last.
    pub within: Duration,
    /// How long an instance takes; `None`: not known.
    pub model: Option<Duration>,
}

/// `None`: what was measured would not have run into the timeout.
pub fn of_timeouts(met: &Timeouts, limits: &Limits, profile: Profile) -> Option<Cure> {
    if rounded(met.model) <= limits.request_timeout {
        // The model alone is quick enough: they waited for one another.
        return concurrency(limits, limits.instance_count, met.in_flight);
    }
    let needed = rounded(met.model + met.waited);
    let most = longest_timeout(profile);
    let (needed_ms, most_ms) = (milliseconds(needed), milliseconds(most));
    let from_ms = milliseconds(limits.request_timeout);
    Some(match needed <= most {
        true => Cure::Timeout { from_ms, to_ms: needed_ms },
        false => Cure::TimeoutBeyond { needed_ms, most_ms },
    })
}

/// As many as came have to be let in: on managed endpoints `2 x max_concurrent x instance_count` are, half of them to
/// wait. On Kubernetes a refused one has waited too long already, so that each needs a place.
pub fn of_refusals(met: &Refused, limits: &Limits, profile: Profile) -> Option<Cure> {
    let wanted = met.in_flight.saturating_add(besides(met));
    let waiting = if profile == Profile::Kubernetes { 1 } else { 2 };
    concurrency(limits, limits.instance_count.saturating_mul(waiting), wanted)
}

/// Those of the refused that would have been in flight at once: all where they came within the time one takes.
fn besides(met: &Refused) -> u32 {
    let part = match met.model {
        Some(model) if model < met.within => model.as_secs_f64() / met.within.as_secs_f64(),
        _ => 1.0,
    };
    (met.refused as f64 * part).ceil() as u32
}

/// `places`: what one request at a time and instance would make room for.
fn concurrency(limits: &Limits, places: u32, wanted: u32) -> Option<Cure> {
    let (max_from, count_from) = (limits.max_concurrent_requests_per_instance, limits.instance_count);
    let max_to = wanted.div_ceil(places.max(1));
    let count_to = (count_from * max_to).div_ceil(max_from.max(1));
    (max_to > max_from).then_some(Cure::Concurrency { max_from, max_to, count_from, count_to })
}

/// A tenth more, to the next whole second.
fn rounded(measured: Duration) -> Duration {
    Duration::from_secs(measured.saturating_mul(11).as_millis().div_ceil(10_000) as u64)
}

/// Documented: 180 s on managed endpoints, 300 s on Kubernetes.
fn longest_timeout(profile: Profile) -> Duration {
    Duration::from_secs(if profile == Profile::Kubernetes { 300 } else { 180 })
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
