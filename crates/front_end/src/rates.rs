//! The limits of the endpoint as a whole: their clocks, and who is told when one is passed. An atomic each, and none is
//! touched where the limits are off.

use crate::door::Door;
use model::{EndpointName, Profile, RateLimits, ServedEndpoint};
use semantics::rates::{Limit, RATE_LIMITED, charge, take};
use semantics::refusal::Refusal;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

#[derive(Debug)]
pub(crate) struct Rates {
    /// `None`: whatever time a caller has read.
    clock: Option<fn() -> Instant>,
    start: Instant,
    requests: AtomicU64,
    connections: AtomicU64,
    bytes: AtomicU64,
    /// By the place of the limit in [`Limit::ALL`].
    told: [AtomicBool; Limit::ALL.len()],
}

/// A limit that was passed for the first time.
#[derive(Debug, Clone)]
pub struct Passed {
    pub endpoint: EndpointName,
    pub limit: Limit,
    /// Whether anything came of it.
    pub enforced: bool,
}

/// Only managed endpoints have these limits.
pub(crate) fn kept(endpoint: &ServedEndpoint) -> RateLimits {
    if endpoint.profile == Profile::Managed { endpoint.rate_limits } else { RateLimits::Off }
}

impl Rates {
    pub(crate) fn new(clock: Option<fn() -> Instant>) -> Self {
        let told = std::array::from_fn(|_| AtomicBool::new(false));
        let zero = || AtomicU64::new(0);
        let start = clock.map_or_else(Instant::now, |clock| clock());
        Self { clock, start, requests: zero(), connections: zero(), bytes: zero(), told }
    }

    fn at(&self, now: Instant) -> u64 {
        let now = self.clock.map_or(now, |clock| clock());
        u64::try_from(now.saturating_duration_since(self.start).as_nanos()).unwrap_or(u64::MAX)
    }

    fn passes(&self, limit: Limit, clock: &AtomicU64, now: Instant) -> bool {
        clock.fetch_update(Relaxed, Relaxed, |clock| take(limit, clock, self.at(now))).is_ok()
    }
}

impl Door {
    /// One more request.
    pub(crate) fn rated(&self, mode: RateLimits, now: Instant) -> Result<(), Refusal> {
        let over = mode != RateLimits::Off && !self.rates.passes(Limit::Requests, &self.rates.requests, now);
        if over && self.passed(mode, Limit::Requests) { Err(RATE_LIMITED) } else { Ok(()) }
    }

    /// One more connection; `false`: it is closed at once (how Azure refuses it is not known).
    pub(crate) fn connects(&self) -> bool {
        let mode = self.endpoint().map_or(RateLimits::Off, |endpoint| kept(&endpoint));
        if mode == RateLimits::Off {
            return true;
        }
        let active = u64::from(self.config.counters.connections_active());
        let full = active >= Limit::ActiveConnections.most() && self.passed(mode, Limit::ActiveConnections);
        let new = self.rates.passes(Limit::NewConnections, &self.rates.connections, Instant::now());
        let fast = !new && self.passed(mode, Limit::NewConnections);
        !full && !fast
    }

    /// So many bytes, either way. How long they have to wait.
    pub(crate) fn carries(&self, mode: RateLimits, bytes: u64, now: Instant) -> Duration {
        if mode == RateLimits::Off || bytes == 0 {
            return Duration::ZERO;
        }
        let now = self.rates.at(now);
        let next = |clock| Some(charge(Limit::Bandwidth, clock, now, bytes).0);
        let before = self.rates.bytes.fetch_update(Relaxed, Relaxed, next).unwrap_or_default();
        let (_, delay) = charge(Limit::Bandwidth, before, now, bytes);
        if !delay.is_zero() && self.passed(mode, Limit::Bandwidth) { delay } else { Duration::ZERO }
    }

    /// Told the first time; whether anything is to come of it.
    fn passed(&self, mode: RateLimits, limit: Limit) -> bool {
        let enforced = mode == RateLimits::Enforce;
        let first = Limit::ALL.iter().position(|known| *known == limit).map(|place| &self.rates.told[place]);
        if first.is_some_and(|told| !told.load(Relaxed) && !told.swap(true, Relaxed))
            && let Some(to) = &self.config.passed_limits
        {
            // Who listened may have gone.
            let _ = to.send(Passed { endpoint: self.config.endpoint.clone(), limit, enforced });
        }
        enforced
    }
}
