//! Who runs on which instance, and who waits for one: first come, first served.

use model::{InstanceId, ServedDeployment, ServedInstance};
use semantics::balance::{self, Choice, Load};
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::oneshot;

#[derive(Debug)]
pub(crate) struct Queue {
    pub(crate) served: Arc<ServedDeployment>,
    /// By number and generation: a restarted instance starts at none.
    running: HashMap<(u32, u64), u32>,
    waiters: VecDeque<Waiter>,
    turn: u64,
}

/// A place on an instance. It must come back through [`Queue::leave`].
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) id: InstanceId,
    pub(crate) generation: u64,
    pub(crate) address: SocketAddr,
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
    pub(crate) fn new(served: Arc<ServedDeployment>) -> Self {
        Self { served, running: HashMap::new(), waiters: VecDeque::new(), turn: 0 }
    }

    pub(crate) fn ask(&mut self) -> Asked {
        self.turn += 1;
        let choice = if self.waiters.is_empty() { self.choose() } else { Choice::Wait };
        match choice {
            Choice::Instance(index) => Asked::Now(Some(self.seat(index))),
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
                Choice::Instance(index) => Some(self.seat(index)),
            };
            let Some(waiter) = self.waiters.pop_front() else { return };
            if let Err(Some(unwanted)) = waiter.grant.send(grant) {
                self.leave(&unwanted);
            }
        }
    }

    pub(crate) fn leave(&mut self, place: &Place) {
        let key = (place.id.number, place.generation);
        if let Some(running) = self.running.get_mut(&key) {
            *running -= 1;
            if *running == 0 {
                self.running.remove(&key);
            }
        }
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
        let loads: Vec<Load> = self.served.instances.iter().map(|instance| self.load(instance)).collect();
        balance::choose(&loads, self.served.limits.max_concurrent_requests_per_instance, self.turn)
    }

    fn load(&self, instance: &ServedInstance) -> Load {
        let running = self.running.get(&(instance.id.number, instance.generation)).copied().unwrap_or(0);
        Load { ready: instance.ready, running }
    }

    fn seat(&mut self, index: usize) -> Place {
        let instance = &self.served.instances[index];
        *self.running.entry((instance.id.number, instance.generation)).or_insert(0) += 1;
        Place { id: instance.id.clone(), generation: instance.generation, address: instance.address }
    }
}
