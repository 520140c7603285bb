//! How azureml-fe scales a Kubernetes deployment: utilization = (busy replicas + queued requests) / replicas. Above the
//! target replicas are added at once, below it they are removed about twenty times as slowly.

use model::ScaleSettings;

/// How many looks in a row have to find too many replicas before one is removed.
const SLOWER: u32 = 20;

/// How things stand when azureml-fe looks, once a `polling_interval`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    pub replicas: u32,
    /// Requests that run on them.
    pub running: u32,
    pub queued: u32,
    pub max_concurrent_requests_per_instance: u32,
}

/// Looks in a row that found too many replicas, and the most that any of them needed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Autoscale {
    idle: u32,
    needed: u32,
}

impl Autoscale {
    /// How many replicas there have to be from now on; `None`: as many as there are, or nothing scales.
    pub fn look(&mut self, settings: &ScaleSettings, load: Load) -> Option<u32> {
        let &ScaleSettings::TargetUtilization { min_instances, max_instances, target_percent, .. } = settings else {
            return None;
        };
        let least = min_instances.max(1);
        let most = max_instances.max(least);
        let needed = needed(load, target_percent).clamp(least, most);
        if needed >= load.replicas {
            *self = Self::default();
            return (needed > load.replicas).then_some(needed);
        }
        if load.replicas > most {
            *self = Self::default();
            return Some(most);
        }
        (self.idle, self.needed) = (self.idle + 1, self.needed.max(needed));
        (self.idle >= SLOWER).then(|| std::mem::take(self).needed)
    }
}

/// The smallest number of replicas whose utilization is not above the target.
fn needed(load: Load, target_percent: u32) -> u32 {
    let each = load.max_concurrent_requests_per_instance.max(1);
    // A replica is busy when all that may run on it does; what is queued waits for one.
    let busy = load.running.div_ceil(each).min(load.replicas) + load.queued.div_ceil(each);
    busy.saturating_mul(100).div_ceil(target_percent.max(1))
}
