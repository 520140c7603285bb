//! How many requests may be in flight.

use crate::refusal::{Refusal, TEXT};
use model::{Limits, Profile, Reason};
use std::time::Duration;

/// More in flight than the deployment takes: at once, with an empty body.
pub const TOO_MANY_PENDING: Refusal = Refusal {
    status: 429,
    reason: Reason::TooManyPendingRequest,
    content_type: TEXT,
    body: "",
    headers: &[("ms-azureml-model-error-reason", "too_many_pending_request")],
};

/// `2 x max_concurrent x instance_count`.
pub fn pending_limit(limits: &Limits) -> u32 {
    limits.max_concurrent_requests_per_instance.saturating_mul(limits.instance_count).saturating_mul(2)
}

/// `in_flight`: the deployment's requests so far, this one not counted.
///
/// Kubernetes has no such limit: its front end queues (documented).
pub fn admit(profile: Profile, in_flight: u32, limits: &Limits) -> Result<(), Refusal> {
    let open = profile != Profile::Managed || in_flight < pending_limit(limits);
    if open { Ok(()) } else { Err(TOO_MANY_PENDING) }
}

/// Kubernetes: no replica became free in time. The code is documented, the text is that of v1 services (seen).
pub const OVERLOADED: Refusal =
    Refusal::text(503, Reason::TooManyPendingRequest, "Too many requests for service <name> (overloaded)");

/// How long a request may wait for an instance, and what it is told then; `None`: as long as its own timeout allows.
///
/// `max_queue_wait_ms` is deprecated on managed endpoints, where the wait only counts towards the timeout (documented).
pub fn queue_wait(profile: Profile, limits: &Limits) -> Option<(Duration, Refusal)> {
    (profile == Profile::Kubernetes).then_some((limits.max_queue_wait, OVERLOADED))
}

/// Passthrough keeps no limit: every request goes to the server at once, and nothing times out.
pub fn kept(profile: Profile, limits: Limits) -> Limits {
    match profile {
        Profile::Managed | Profile::Kubernetes => limits,
        Profile::Passthrough => {
            Limits { request_timeout: FOR_EVER, max_concurrent_requests_per_instance: u32::MAX, ..limits }
        }
    }
}

/// Somebody may stand at a breakpoint: nobody is refused or given up meanwhile. How many run at once stays as it is.
pub fn suspended(limits: Limits) -> Limits {
    Limits { request_timeout: FOR_EVER, max_queue_wait: FOR_EVER, instance_count: u32::MAX, ..limits }
}

/// A year: a time that clocks can be added to.
const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 3600);
