//! How many requests may be in flight.

use crate::refusal::{Refusal, TEXT};
use model::{Limits, Reason};

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
pub fn admit(in_flight: u32, limits: &Limits) -> Result<(), Refusal> {
    if in_flight < pending_limit(limits) { Ok(()) } else { Err(TOO_MANY_PENDING) }
}
