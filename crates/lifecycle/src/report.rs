//! What an instance writes down of itself.

use crate::instance::{Instance, address};
use engine::{PortUse, Started};
use model::InstanceState;
use std::net::SocketAddr;
use std::time::Instant;

impl Instance {
    pub fn record(&self, started: &Started, restarts: u32) {
        let debug = started.addresses.get(&PortUse::Debug).copied();
        let address = address(started, PortUse::Serve);
        self.context.store.change(|state| {
            state.generation += 1;
            let generation = state.generation;
            if let Some(record) = state.instance(&self.id) {
                record.handle = Some(started.handle.clone());
                (record.address, record.restarts, record.generation) = (address, restarts, generation);
                record.before = None;
                (record.took, record.injected, record.debug) = (None, None, debug);
            }
        });
        self.context.changed(&self.id, InstanceState::Starting, "");
    }

    /// Its requests go there from now on; the generation that they went to before. One step: nobody meets neither.
    pub fn moves_to(&self, address: SocketAddr) -> Option<u64> {
        self.context.store.change(|state| {
            state.generation += 1;
            let generation = state.generation;
            let record = state.instance(&self.id)?;
            record.address = Some(address);
            record.before = Some(std::mem::replace(&mut record.generation, generation));
            record.before
        })
    }

    /// The first time the deployment's own event tells how long it took.
    pub fn ready(&self, began: Instant, quiet: bool) {
        self.set_ready(true);
        let detail = if quiet { String::new() } else { format!("after {} ms", began.elapsed().as_millis()) };
        self.context.changed(&self.id, InstanceState::Ready, detail);
    }

    pub fn gone(&self) {
        self.context.store.change(|state| {
            if let Some(record) = state.instance(&self.id) {
                (record.ready, record.address, record.debug, record.handle) = (false, None, None, None);
            }
        });
    }

    pub fn set_ready(&self, ready: bool) {
        self.context.store.change(|state| {
            if let Some(record) = state.instance(&self.id) {
                record.ready = ready;
            }
        });
    }

    pub fn is_ready(&self) -> bool {
        self.context.store.change(|state| state.instance(&self.id).is_some_and(|record| record.ready))
    }
}
