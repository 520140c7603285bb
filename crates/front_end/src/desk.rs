//! A deployment's counters and its queue. They outlive fleets: a request that began under one ends under another.

use crate::counters::DeploymentCounts;
use crate::queue::Queue;
use model::{EndpointName, Fleet, Limits, ServedDeployment};
use semantics::admission;
use semantics::refusal::Refusal;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

#[derive(Debug)]
pub(crate) struct Desk {
    endpoint: EndpointName,
    fleet: watch::Receiver<Arc<Fleet>>,
    in_flight: AtomicU32,
    pub(crate) abandoned: AtomicU32,
    queue: Mutex<Queue>,
}

/// The right to be in flight: from the routing to the end of the answer's body.
#[derive(Debug)]
pub(crate) struct Ticket {
    desk: Arc<Desk>,
    /// How many were in flight when it was given.
    pub(crate) before: u32,
}

impl Desk {
    pub(crate) fn new(
        endpoint: EndpointName,
        fleet: watch::Receiver<Arc<Fleet>>,
        served: Arc<ServedDeployment>,
    ) -> Self {
        let queue = Mutex::new(Queue::new(served));
        Self { endpoint, fleet, in_flight: AtomicU32::new(0), abandoned: AtomicU32::new(0), queue }
    }

    /// Counting and asking are one step: two requests never take the same last place.
    pub(crate) fn admit(self: &Arc<Self>, limits: &Limits) -> Result<Ticket, Refusal> {
        let mut before = self.in_flight.load(SeqCst);
        loop {
            admission::admit(before, limits)?;
            match self.in_flight.compare_exchange(before, before + 1, SeqCst, SeqCst) {
                Ok(_) => return Ok(Ticket { desk: self.clone(), before }),
                Err(now) => before = now,
            }
        }
    }

    pub(crate) fn counts(&self) -> DeploymentCounts {
        let (in_flight, abandoned) = (self.in_flight.load(SeqCst), self.abandoned.load(SeqCst));
        DeploymentCounts { in_flight, abandoned, queued: self.queue().waiting() }
    }

    pub(crate) fn pump(&self) {
        let mut queue = self.queue();
        if queue.waiting() > 0 {
            self.refresh(&mut queue);
            queue.pump();
        }
    }

    /// Under the queue's lock, so that an older fleet never overtakes a newer one. A deployment that has left the fleet
    /// keeps what it had: what was let in before is still answered.
    pub(crate) fn refresh(&self, queue: &mut Queue) {
        let fleet = self.fleet.borrow();
        let endpoint = fleet.endpoints.get(&self.endpoint);
        if let Some(served) = endpoint.and_then(|endpoint| endpoint.deployments.get(&queue.served.name))
            && !Arc::ptr_eq(served, &queue.served)
        {
            queue.served = served.clone();
        }
    }

    pub(crate) fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.desk.in_flight.fetch_sub(1, SeqCst);
    }
}
