//! How long who gets no more requests may take for those that it has.

use crate::context::Context;
use model::InstanceId;
use std::time::Duration;

/// Beside the request timeout, for a body that still arrives or leaves.
const MARGIN: Duration = Duration::from_secs(30);

impl Context {
    /// Resolves once no request runs on this start of an instance, or what runs has had its time. `timeout`: of the
    /// settings it began with; those of now may be longer.
    pub async fn vacated(&self, id: &InstanceId, generation: u64, timeout: Duration) {
        let occupancy = self.occupancy();
        tokio::select! {
            () = occupancy.vacated(id, generation) => {}
            // What runs longer than any answer may is stopped all the same.
            () = self.overdue(id, timeout) => {}
        }
    }

    /// Somebody may stand at a breakpoint: the time begins anew when no debugger is attached any more.
    async fn overdue(&self, id: &InstanceId, timeout: Duration) {
        loop {
            self.detached(id).await;
            let patience = timeout.max(self.served_timeout(id).unwrap_or_default()) + MARGIN;
            tokio::select! {
                () = tokio::time::sleep(patience) => return,
                () = self.attached(id) => {}
            }
        }
    }

    /// Of the requests of now, as the doors know it.
    fn served_timeout(&self, id: &InstanceId) -> Option<Duration> {
        let fleet = self.store.fleet().borrow().clone();
        let served = fleet.endpoints.get(&id.endpoint)?.deployments.get(&id.deployment)?;
        Some(served.limits.request_timeout)
    }
}
