//! How much of the time that kubelet gives a container its start took.
//!
//! When kubelet kills is its own rule; what counts as tight, and what is proposed, is ours.

use super::{Kind, Machine, Transition, milliseconds};
use model::Probe;
use std::time::Duration;

/// More failures than anybody waits for.
const MANY: u32 = 5000;
/// A start may take one part in so many of the time there is: another machine, a colder cache, a bigger model.
const SAFETY: u64 = 2;
/// Seconds; the least that the YAML may say.
const LEAST_DELAY: u64 = 1;

/// The end of a container that never answers, in milliseconds from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kill {
    /// The last probe begins: an answer has to come before it.
    pub asked_ms: u64,
    /// The same after the probe's timeout.
    pub at_ms: u64,
}

/// Of a container whose startup probe, or else whose liveness probe, never passes; `None` where nobody waits for it.
pub fn kill(startup: Option<&Probe>, liveness: &Probe) -> Option<Kill> {
    let (kind, probe) = startup.map_or((Kind::Liveness, liveness), |probe| (Kind::Startup, probe));
    let mut machine = Machine::new(kind, probe.clone(), 0);
    let mut at_ms = 0;
    for _ in 0..MANY {
        let asked_ms = machine.next_due()?.max(at_ms);
        at_ms = asked_ms.saturating_add(milliseconds(probe.timeout));
        if machine.answered(at_ms, false) == Some(Transition::Restart) {
            return Some(Kill { asked_ms, at_ms });
        }
    }
    None
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Safe,
    /// It came up, with less than half of the time to spare.
    Tight,
    /// Kubelet would have killed it, and would kill it again and again.
    Killed,
}

/// What a start has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Margin {
    /// From the start of the container to its first answer, with what it would install in the cloud.
    pub took: Duration,
    pub kill: Kill,
    pub verdict: Verdict,
    /// With everything else as it is: the smallest one, in seconds, at which this start is safe.
    pub safe_initial_delay: u64,
}

/// `answered`: from the start of the container to the first probe that it answers. `installing`: what it would install
/// in the cloud before that, and did not install here. `None`: it is never killed.
pub fn margin(startup: Option<&Probe>, liveness: &Probe, answered: Duration, installing: Duration) -> Option<Margin> {
    let kill = kill(startup, liveness)?;
    let took = answered.saturating_add(installing);
    let needed = milliseconds(took).saturating_mul(SAFETY);
    let verdict = match milliseconds(took) {
        late if late >= kill.asked_ms => Verdict::Killed,
        _ if needed > kill.asked_ms => Verdict::Tight,
        _ => Verdict::Safe,
    };
    let delay = startup.unwrap_or(liveness).initial_delay;
    let others = kill.asked_ms.saturating_sub(milliseconds(delay));
    let safe_initial_delay = needed.saturating_sub(others).div_ceil(1000).max(LEAST_DELAY);
    Some(Margin { took, kill, verdict, safe_initial_delay })
}
