//! What is done to a request on purpose, between the choice of its instance and the exchange with it.

use crate::cut::Unscored;
use crate::deadline::Deadline;
use crate::lease::Lease;
use crate::record::Record;
use http::response::Parts;
use model::{Effect, InstanceId, RequestFault};
use semantics::chaos::{held_back, hits};
use semantics::outcome::Upstream;
use std::time::Duration;

/// What becomes of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Passes,
    /// The container goes on to the end of it, and the client's connection is cut.
    IsLost,
}

/// Of all faults that hit one request.
#[derive(Debug, Default)]
struct Hit {
    held_back: Duration,
    lost: bool,
}

/// The request has its place on the instance meanwhile, as with a model that is slow.
pub(crate) async fn hold(
    faults: &[RequestFault],
    lease: &mut Lease,
    record: &mut Record,
    deadline: &mut Deadline,
) -> Result<Fate, Upstream> {
    if faults.is_empty() {
        return Ok(Fate::Passes);
    }
    let hit = Hit::by(faults, &lease.place().seat.instance().id, record);
    if !hit.held_back.is_zero() {
        // In a box: without faults it takes no room in the request.
        let waited = deadline.race(Box::pin(tokio::time::sleep(hit.held_back)).as_mut()).await;
        waited.ok_or(Upstream::TimedOut)?;
    }
    Ok(if hit.lost { Fate::IsLost } else { Fate::Passes })
}

impl Fate {
    /// The container said its status, whatever becomes of it.
    pub(crate) fn of<T>(self, answered: (Parts, T), record: &mut Record) -> Result<(Parts, T), Unscored> {
        record.answered(answered.0.status.as_u16());
        if self == Self::IsLost { Err(Unscored::Lost) } else { Ok(answered) }
    }
}

impl Hit {
    /// The last that hits it is told.
    fn by(faults: &[RequestFault], instance: &InstanceId, record: &mut Record) -> Self {
        let mut hit = Self::default();
        for fault in faults.iter().filter(|fault| fault.meets(instance)) {
            let nth = fault.counts.sees();
            if hits(fault.share, fault.seed, nth) {
                fault.counts.hits();
                record.injected = Some(fault.id.clone());
                hit.add(fault, nth);
            }
        }
        hit
    }

    fn add(&mut self, fault: &RequestFault, nth: u64) {
        match fault.effect {
            Effect::Slow { delay, jitter } => self.held_back += held_back(delay, jitter, fault.seed, nth),
            Effect::Drop => self.lost = true,
        }
    }
}
