//! Probes as kubelet runs them: a machine without a clock. All times are milliseconds on the caller's clock.
//!
//! That managed endpoints follow kubelet is inferred from the texts of their events.

mod back_off;
mod event;
mod margin;
mod scale;
mod schedule;

pub use back_off::{crashes, delay_ms};
pub use event::{
    PlatformEvent, back_off, created, http_status, killing_stop, killing_unhealthy, probe_failed, pulled, started,
    timed_out,
};
pub use margin::{Kill, Margin, Verdict, kill, margin};
pub use scale::faster;
pub use schedule::Schedule;

use model::Probe;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Startup,
    Liveness,
    Readiness,
}

/// What a probe changes, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transition {
    /// The startup probe passed: the others begin.
    Started,
    /// The container is restarted: the machine rests until a new one is made.
    Restart,
    Ready,
    Unready,
}

/// Whether an HTTP status passes a probe.
pub fn passes(status: u16) -> bool {
    (200..=399).contains(&status)
}

/// One probe of one container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    kind: Kind,
    probe: Probe,
    due: u64,
    /// What holds now; liveness begins well, the others begin badly.
    good: bool,
    last: bool,
    /// Answers in a row like the last one.
    run: u32,
    resting: bool,
}

impl Machine {
    /// `at_ms`: when the container started.
    pub fn new(kind: Kind, probe: Probe, at_ms: u64) -> Self {
        let due = at_ms + milliseconds(probe.initial_delay);
        let good = kind == Kind::Liveness;
        Self { kind, probe, due, good, last: good, run: 0, resting: false }
    }

    /// When to probe next; `None` after [`Transition::Restart`], and for a startup probe that passed.
    pub fn next_due(&self) -> Option<u64> {
        (!self.resting).then_some(self.due)
    }

    /// How long an answer may take.
    pub fn timeout(&self) -> Duration {
        self.probe.timeout
    }

    /// `at_ms`: when the answer came, or the probe's timeout passed.
    pub fn answered(&mut self, at_ms: u64, success: bool) -> Option<Transition> {
        self.due = self.following(at_ms);
        self.run = if success == self.last { self.run.saturating_add(1) } else { 1 };
        self.last = success;
        if self.resting || self.run < self.threshold(success) {
            return None;
        }
        self.settle(success)
    }

    /// No probe before this time: the startup probe had not passed.
    fn hold_until(&mut self, at_ms: u64) {
        self.due = self.due.max(at_ms);
    }

    fn threshold(&self, success: bool) -> u32 {
        match (success, self.kind) {
            (false, _) => self.probe.failure_threshold.max(1),
            (true, Kind::Readiness) => self.probe.success_threshold.max(1),
            // Fixed at 1 for liveness and startup.
            (true, _) => 1,
        }
    }

    fn settle(&mut self, success: bool) -> Option<Transition> {
        let changed = self.good != success;
        self.good = success;
        self.resting = self.kind != Kind::Readiness && (!success || self.kind == Kind::Startup);
        match (self.kind, success) {
            (Kind::Readiness, true) => changed.then_some(Transition::Ready),
            (Kind::Readiness, false) => changed.then_some(Transition::Unready),
            (Kind::Startup, true) => Some(Transition::Started),
            (Kind::Liveness, true) => None,
            (_, false) => Some(Transition::Restart),
        }
    }

    /// The period's grid holds; of the ticks that an answer outlasted, the last is caught up on at once.
    fn following(&self, at_ms: u64) -> u64 {
        let period = milliseconds(self.probe.period).max(1);
        let missed = at_ms.saturating_sub(self.due) / period;
        self.due + period * missed.max(1)
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
