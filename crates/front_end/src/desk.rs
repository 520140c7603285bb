//! A deployment's counters and its queue. They outlive fleets: a request that began under one ends under another.

use crate::counters::DeploymentCounts;
use crate::queue::{Asked, Queue};
use crate::seats::{Key, Place, Seat};
use crate::tally::Tally;
use http::HeaderValue;
use model::{DeploymentMeters, DeploymentName, EndpointName, Fleet, Limits, Profile, ServedDeployment};
use semantics::admission;
use semantics::refusal::Refusal;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, watch};

#[derive(Debug)]
pub(crate) struct Desk {
    endpoint: EndpointName,
    pub(crate) name: DeploymentName,
    /// The name as every answer carries it; `None`: no header can.
    pub(crate) label: Option<HeaderValue>,
    in_flight: AtomicU32,
    pub(crate) abandoned: AtomicU32,
    queue: Mutex<Queue>,
    /// Somebody has left an instance.
    left: Notify,
    /// There is a new fleet.
    moved: Notify,
    pub(crate) tally: Tally,
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
        let name = served.name.clone();
        let label = HeaderValue::from_str(name.as_str()).ok();
        let queue = Mutex::new(Queue::new(served, fleet));
        let (in_flight, abandoned) = (AtomicU32::new(0), AtomicU32::new(0));
        Self {
            endpoint,
            name,
            label,
            in_flight,
            abandoned,
            queue,
            left: Notify::new(),
            moved: Notify::new(),
            tally: Tally::default(),
        }
    }

    /// Counting and asking are one step: two requests never take the same last place.
    pub(crate) fn admit(self: &Arc<Self>, profile: Profile, limits: &Limits) -> Result<Ticket, Refusal> {
        let mut before = self.in_flight.load(SeqCst);
        loop {
            admission::admit(profile, before, limits)?;
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

    pub(crate) fn meters(&self) -> DeploymentMeters {
        let DeploymentCounts { in_flight, queued, abandoned } = self.counts();
        DeploymentMeters { in_flight, queued, abandoned, ..self.tally.meters() }
    }

    pub(crate) fn ask(&self) -> Asked {
        let mut queue = self.queue();
        queue.refresh(&self.endpoint);
        queue.ask()
    }

    pub(crate) fn leave(&self, place: Place) {
        let mut queue = self.queue();
        queue.leave(place);
        if queue.waiting() > 0 {
            queue.refresh(&self.endpoint);
            queue.pump();
        }
        drop(queue);
        self.left.notify_waiters();
    }

    /// Resolves once no request runs on this start of an instance. That no new one comes is the fleet's to see to.
    pub(crate) async fn vacated(&self, instance: Key) {
        loop {
            let mut left = std::pin::pin!(self.left.notified());
            left.as_mut().enable();
            if self.runs_on(instance) == 0 {
                return;
            }
            left.await;
        }
    }

    fn runs_on(&self, instance: Key) -> u32 {
        let mut queue = self.queue();
        queue.refresh(&self.endpoint);
        queue.running(instance)
    }

    pub(crate) fn give_up(&self, turn: u64) {
        self.queue().give_up(turn);
    }

    /// A new fleet: connections to what is gone are closed, and who waits may have an instance now.
    pub(crate) fn follow(&self) {
        let mut queue = self.queue();
        queue.refresh(&self.endpoint);
        queue.pump();
        drop(queue);
        self.moved.notify_waiters();
    }

    /// Resolves once this start of an instance is served no more: it has ended, or gets no more requests.
    pub(crate) async fn withdrawn(&self, seat: &Seat) {
        loop {
            let mut moved = std::pin::pin!(self.moved.notified());
            moved.as_mut().enable();
            if !self.serves(seat) {
                return;
            }
            moved.await;
        }
    }

    fn serves(&self, seat: &Seat) -> bool {
        let mut queue = self.queue();
        queue.refresh(&self.endpoint);
        queue.serves(seat)
    }

    /// Its connection broke before an answer came. Whether the next lease is another instance's, or none's.
    pub(crate) fn doubt(&self, seat: &Seat) -> bool {
        let mut queue = self.queue();
        queue.refresh(&self.endpoint);
        queue.doubt(seat)
    }

    pub(crate) fn tick(&self) {
        self.queue().tick();
    }

    pub(crate) fn close_idle(&self) {
        self.queue().close_idle();
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.desk.in_flight.fetch_sub(1, SeqCst);
    }
}
