//! How many instances a load needs.

/// A load, and how far an instance may be used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Requests a second, of the whole deployment.
    pub target_rps: f64,
    /// Seconds from a request to its answer.
    pub request_process_time: f64,
    /// The part of an instance that is used, above 0 and at most 1.
    pub target_utilization: f64,
    pub max_concurrent_requests_per_instance: u32,
}

impl Load {
    /// Requests in work at any moment, with the headroom that the utilization leaves.
    pub fn concurrent_requests(&self) -> f64 {
        settled(self.target_rps * self.request_process_time / self.target_utilization)
    }

    /// At least 1: a deployment cannot be scaled to nothing.
    pub fn instance_count(&self) -> u64 {
        let each = f64::from(self.max_concurrent_requests_per_instance.max(1));
        (settled(self.concurrent_requests() / each).ceil() as u64).max(1)
    }
}

/// Without the last digits of a division: 7 / 0.7 needs ten instances, not eleven.
fn settled(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

/// Instances that count against the vCPU quota: a fifth more than run, for upgrades.
pub fn reserved(instance_count: u64) -> u64 {
    instance_count.saturating_mul(6).div_ceil(5)
}
