//! Kubelet's schedule, faster: for tests of what it kills.

use model::{Probe, TimeScale};
use std::time::Duration;

/// A container answers at its own pace, however fast the probes come.
const SHORTEST_TIMEOUT: Duration = Duration::from_millis(250);

/// The same probe on a clock that runs so many times faster. A timeout is not made shorter than 250 ms.
pub fn faster(probe: &Probe, scale: TimeScale) -> Probe {
    let times = scale.times();
    Probe {
        initial_delay: probe.initial_delay / times,
        period: (probe.period / times).max(Duration::from_millis(1)),
        timeout: (probe.timeout / times).max(probe.timeout.min(SHORTEST_TIMEOUT)),
        ..probe.clone()
    }
}
