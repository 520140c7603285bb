//! How many requests may be in flight.

use crate::refusal::Refusal;
use model::Limits;

/// `2 x max_concurrent x instance_count`.
pub fn pending_limit(_limits: &Limits) -> u32 {
    unimplemented!()
}

/// `in_flight`: the deployment's requests so far, this one not counted.
pub fn admit(_in_flight: u32, _limits: &Limits) -> Result<(), Refusal> {
    unimplemented!()
}
