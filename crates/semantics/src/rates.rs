//! The limits of a managed endpoint as a whole: documented numbers, summed over its deployments. What is refused or
//! slowed is computed from a virtual clock (the generic cell rate algorithm), so that one number is all there is to
//! keep. That a second's worth may come at once is inferred, and so are all bodies.

use crate::refusal::{Refusal, TEXT};
use model::Reason;
use std::time::Duration;

/// Which of the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    Requests,
    NewConnections,
    ActiveConnections,
    Bandwidth,
}

impl Limit {
    pub const ALL: [Self; 4] = [Self::Requests, Self::NewConnections, Self::ActiveConnections, Self::Bandwidth];

    /// Requests or connections a second, connections, bytes a second. `5 MBps` read as decimal (inferred).
    #[inline]
    pub fn most(self) -> u64 {
        match self {
            Self::Requests | Self::NewConnections | Self::ActiveConnections => 500,
            Self::Bandwidth => 5_000_000,
        }
    }

    /// What was passed, and what Azure does then.
    pub fn text(self) -> &'static str {
        match self {
            Self::Requests => "more than 500 requests a second: Azure answers the rest 429",
            Self::NewConnections => "more than 500 new connections a second: Azure takes no more",
            Self::ActiveConnections => "more than 500 active connections: Azure takes no more",
            Self::Bandwidth => "more than 5 MB a second, requests and answers together: Azure slows them down",
        }
    }
}

/// Over the requests a second. The code is documented, the empty body inferred.
pub const RATE_LIMITED: Refusal =
    Refusal { status: 429, reason: Reason::RateLimited, content_type: TEXT, body: "", headers: &[] };

const SECOND: u64 = 1_000_000_000;

/// The clock after one more at `now`; `None`: it is one too many, and the clock stays. Both in nanoseconds from a
/// common start.
#[inline]
pub fn take(limit: Limit, clock: u64, now: u64) -> Option<u64> {
    let (next, over) = charge(limit, clock, now, 1);
    over.is_zero().then_some(next)
}

/// The clock after `amount` more at `now`, and how long these have to wait, all told.
#[inline]
pub fn charge(limit: Limit, clock: u64, now: u64, amount: u64) -> (u64, Duration) {
    // Beyond 18 GB at once it stays at an hour.
    let cost = amount.saturating_mul(SECOND) / limit.most();
    let next = clock.max(now).saturating_add(cost);
    (next, Duration::from_nanos(next.saturating_sub(now).saturating_sub(SECOND)))
}

/// Of the two trailers of a slowed exchange, in milliseconds.
pub const REQUEST_DELAY: &str = "ms-azureml-bandwidth-request-delay-ms";
pub const RESPONSE_DELAY: &str = "ms-azureml-bandwidth-response-delay-ms";
