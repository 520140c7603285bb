//! The probes of one container together: the startup probe blocks the others until it passed.

use super::{Kind, Machine, Transition};
use model::Probe;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    startup: Option<Machine>,
    liveness: Machine,
    readiness: Machine,
}

impl Schedule {
    /// `at_ms`: when the container started.
    pub fn new(startup: Option<Probe>, liveness: Probe, readiness: Probe, at_ms: u64) -> Self {
        Self {
            startup: startup.map(|probe| Machine::new(Kind::Startup, probe, at_ms)),
            liveness: Machine::new(Kind::Liveness, liveness, at_ms),
            readiness: Machine::new(Kind::Readiness, readiness, at_ms),
        }
    }

    /// When this probe runs next; `None` while it is blocked, and after [`Transition::Restart`].
    pub fn next_due(&self, kind: Kind) -> Option<u64> {
        match (kind, &self.startup) {
            (Kind::Startup, startup) => startup.as_ref()?.next_due(),
            (_, Some(_)) => None,
            (Kind::Liveness, None) => self.liveness.next_due(),
            (Kind::Readiness, None) => self.readiness.next_due(),
        }
    }

    /// The probe that decides between life and death now: startup until it passed, liveness from then on.
    pub fn vital(&self) -> Kind {
        if self.startup.is_some() { Kind::Startup } else { Kind::Liveness }
    }

    /// How long an answer may take.
    pub fn timeout(&self, kind: Kind) -> Duration {
        match (kind, &self.startup) {
            (Kind::Startup, Some(startup)) => startup.timeout(),
            (Kind::Readiness, _) => self.readiness.timeout(),
            (_, _) => self.liveness.timeout(),
        }
    }

    pub fn answered(&mut self, kind: Kind, at_ms: u64, success: bool) -> Option<Transition> {
        let machine = match kind {
            Kind::Startup => self.startup.as_mut()?,
            Kind::Liveness => &mut self.liveness,
            Kind::Readiness => &mut self.readiness,
        };
        let transition = machine.answered(at_ms, success);
        if transition == Some(Transition::Started) {
            self.begin(at_ms);
        }
        transition
    }

    fn begin(&mut self, at_ms: u64) {
        self.startup = None;
        self.liveness.hold_until(at_ms);
        self.readiness.hold_until(at_ms);
    }
}
