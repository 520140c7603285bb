//! Who runs on which instance, and who waits for one: first come, first served.

use crate::seats::{self, Key, Place, Seat, Seats};
use model::{EndpointName, Fleet, ServedDeployment};
use semantics::balance::{self, Choice};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::{oneshot, watch};

#[derive(Debug)]
pub(crate) struct Queue {
    served: Arc<ServedDeployment>,
    fleet: watch::Receiver<Arc<Fleet>>,
    seats: Seats,
    waiters: VecDeque<Waiter>,
    turn: u64,
}

/// `None`: no instance is ready.
pub(crate) type Grant = Option<Place>;

#[derive(Debug)]
struct Waiter {
    turn: u64,
    grant: oneshot::Sender<Grant>,
}

/// What a request gets at once.
pub(crate) enum Asked {
    Now(Grant),
    Later { turn: u64, grant: oneshot::Receiver<Grant> },
}

impl Queue {
    pub(crate) fn new(served: Arc<ServedDeployment>, fleet: watch::Receiver<Arc<Fleet>>) -> Self {
        Self { seats: Seats::new(&served), served, fleet, waiters: VecDeque::new(), turn: 0 }
    }

    /// A deployment that has left the fleet keeps what it had: what was let in before is still answered.
    pub(crate) fn refresh(&mut self, endpoint: &EndpointName) {
        if !self.fleet.has_changed().unwrap_or(false) {
            return;
        }
        let fleet = self.fleet.borrow_and_update();
        let endpoint = fleet.endpoints.get(endpoint);
        if let Some(served) = endpoint.and_then(|endpoint| endpoint.deployments.get(&self.served.name))
            && !Arc::ptr_eq(served, &self.served)
        {
            self.seats.rebuild(&self.served.instances, served);
            self.served = served.clone();
        }
    }

    pub(crate) fn ask(&mut self) -> Asked {
        self.turn += 1;
        let choice = if self.waiters.is_empty() { self.choose() } else { Choice::Wait };
        match choice {
            Choice::Instance(index) => Asked::Now(Some(self.seats.take(&self.served, index))),
            Choice::NoneReady => Asked::Now(None),
            Choice::Wait => self.line_up(),
        }
    }

    /// Gives what is free to those in front.
    pub(crate) fn pump(&mut self) {
        while !self.waiters.is_empty() {
            self.turn += 1;
            let grant = match self.choose() {
                Choice::Wait => return,
                Choice::NoneReady => None,
                Choice::Instance(index) => Some(self.seats.take(&self.served, index)),
            };
            let Some(waiter) = self.waiters.pop_front() else { return };
            if let Err(Some(unwanted)) = waiter.grant.send(grant) {
                self.leave(unwanted);
            }
        }
    }

    pub(crate) fn leave(&mut self, place: Place) {
        self.seats.leave(&self.served, place);
    }

    pub(crate) fn doubt(&mut self, seat: &Seat) -> bool {
        self.seats.doubt(&self.served, seat)
    }

    pub(crate) fn serves(&self, seat: &Seat) -> bool {
        seats::serves(&self.served, seat)
    }

    pub(crate) fn running(&self, instance: Key) -> u32 {
        self.seats.running(&self.served, instance)
    }

    pub(crate) fn tick(&mut self) {
        self.seats.tick(&self.served);
        self.pump();
    }

    pub(crate) fn close_idle(&mut self) {
        self.seats.close_idle();
    }

    pub(crate) fn give_up(&mut self, turn: u64) {
        self.waiters.retain(|waiter| waiter.turn != turn);
    }

    pub(crate) fn waiting(&self) -> u32 {
        u32::try_from(self.waiters.len()).unwrap_or(u32::MAX)
    }

    fn line_up(&mut self) -> Asked {
        let (sender, grant) = oneshot::channel();
        self.waiters.push_back(Waiter { turn: self.turn, grant: sender });
        Asked::Later { turn: self.turn, grant }
    }

    fn choose(&self) -> Choice {
        balance::choose(self.seats.loads(), self.served.limits.max_concurrent_requests_per_instance, self.turn)
    }
}
