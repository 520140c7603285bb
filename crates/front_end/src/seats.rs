//! The instances of a deployment as places: how many requests run on each, and the connections that wait for more.

use crate::link::Link;
use model::{ServedDeployment, ServedInstance, UpstreamMode};
use semantics::balance::Load;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

/// Half seconds that an unused connection is kept; servers commonly keep it longer (gunicorn 2 s, uvicorn and Node
/// 5 s): a request sent while the other side closes could not be told from one that was begun.
const LONGEST_IDLE: u64 = 2;

/// Half seconds; longer than an engine takes to tell of an end.
const LONGEST_DOUBT: u64 = 2;

/// An instance that was chosen.
#[derive(Debug, Clone)]
pub(crate) struct Seat {
    served: Arc<ServedDeployment>,
    index: usize,
}

/// A place on it. It must come back through [`Seats::leave`].
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) seat: Seat,
    /// A connection that an earlier request left; at the end the one that may serve a later request.
    pub(crate) kept: Option<Box<Link>>,
}

/// By number and generation: a restarted instance starts at none.
pub(crate) type Key = (u32, u64);

#[derive(Debug)]
struct Kept {
    link: Box<Link>,
    /// The tick it was left in.
    since: u64,
}

#[derive(Debug)]
pub(crate) struct Seats {
    /// One for each instance of `served`, as `idle`.
    loads: Vec<Load>,
    /// The last one used is used first, so that what is not needed grows old.
    idle: Vec<Vec<Kept>>,
    /// Requests on instances that have left the fleet.
    gone: HashMap<Key, u32>,
    tick: u64,
    /// The tick at which an instance was last passed over for a broken connection.
    doubted: Option<u64>,
}

impl Seat {
    pub(crate) fn instance(&self) -> &ServedInstance {
        &self.served.instances[self.index]
    }

    pub(crate) fn keeps_connections(&self) -> bool {
        self.served.upstream == UpstreamMode::Streaming
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.instance().address
    }
}

impl Seats {
    pub(crate) fn new(served: &ServedDeployment) -> Self {
        let mut seats = Self { loads: vec![], idle: vec![], gone: HashMap::new(), tick: 0, doubted: None };
        seats.rebuild(&[], served);
        seats
    }

    pub(crate) fn loads(&self) -> &[Load] {
        &self.loads
    }

    /// Who runs on an instance counts there as long as it has its number and generation.
    pub(crate) fn rebuild(&mut self, before: &[ServedInstance], served: &ServedDeployment) {
        let counts = before.iter().map(key).zip(self.loads.iter().map(|load| load.running));
        self.gone.extend(counts.filter(|(_, running)| *running > 0));
        let mut idle: HashMap<Key, Vec<Kept>> = before.iter().map(key).zip(self.idle.drain(..)).collect();
        let load = |instance: &ServedInstance| Load {
            ready: instance.ready,
            running: self.gone.remove(&key(instance)).unwrap_or(0),
        };
        self.loads = served.instances.iter().map(load).collect();
        self.idle = served.instances.iter().map(|instance| idle.remove(&key(instance)).unwrap_or_default()).collect();
    }

    pub(crate) fn take(&mut self, served: &Arc<ServedDeployment>, index: usize) -> Place {
        self.loads[index].running += 1;
        let kept = self.idle[index].pop().map(|kept| kept.link);
        Place { seat: Seat { served: served.clone(), index }, kept }
    }

    pub(crate) fn leave(&mut self, served: &Arc<ServedDeployment>, place: Place) {
        let left = key(place.seat.instance());
        let Some(index) = index(served, &place.seat) else { return self.leave_gone(left) };
        self.loads[index].running -= 1;
        self.idle[index].extend(place.kept.map(|link| Kept { link, since: self.tick }));
    }

    fn leave_gone(&mut self, left: Key) {
        if let Some(running) = self.gone.get_mut(&left) {
            *running -= 1;
            if *running == 0 {
                self.gone.remove(&left);
            }
        }
    }

    /// How many requests run there, in the fleet or not.
    pub(crate) fn running(&self, served: &ServedDeployment, wanted: Key) -> u32 {
        let index = served.instances.iter().position(|instance| key(instance) == wanted);
        index.map_or_else(|| self.gone.get(&wanted).copied().unwrap_or(0), |index| self.loads[index].running)
    }

    /// Its connection broke: perhaps it has just ended, which the fleet tells later than the socket. While another is
    /// ready it gets no request, until the fleet says more or a moment has passed. Whether it is passed over now.
    pub(crate) fn doubt(&mut self, served: &Arc<ServedDeployment>, seat: &Seat) -> bool {
        let Some(index) = index(served, seat) else { return true };
        let others = self.loads.iter().enumerate().any(|(other, load)| other != index && load.ready);
        if others {
            self.loads[index].ready = false;
            self.doubted = Some(self.tick);
        }
        !self.loads[index].ready
    }

    /// Every half second: closes what has waited too long.
    pub(crate) fn tick(&mut self, served: &ServedDeployment) {
        self.tick += 1;
        if self.doubted.is_some_and(|doubted| self.tick > doubted + LONGEST_DOUBT) {
            self.doubted = None;
            self.loads.iter_mut().zip(&served.instances).for_each(|(load, instance)| load.ready = instance.ready);
        }
        for idle in &mut self.idle {
            idle.retain(|kept| self.tick - kept.since < LONGEST_IDLE);
        }
    }

    pub(crate) fn close_idle(&mut self) {
        self.idle.iter_mut().for_each(Vec::clear);
    }
}

/// Whether requests still go there.
pub(crate) fn serves(served: &Arc<ServedDeployment>, seat: &Seat) -> bool {
    index(served, seat).is_some_and(|index| served.instances[index].ready)
}

/// Where the place is now; mostly where it was.
fn index(served: &Arc<ServedDeployment>, seat: &Seat) -> Option<usize> {
    if Arc::ptr_eq(served, &seat.served) {
        return Some(seat.index);
    }
    let left = key(seat.instance());
    served.instances.iter().position(|instance| key(instance) == left)
}

fn key(instance: &ServedInstance) -> Key {
    (instance.id.number, instance.generation)
}
