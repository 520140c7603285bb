//! What happens to a container, in the names and words of Azure's event log.

use crate::context::Context;
use crate::instance::Instance;
use engine::EngineKind;
use jiff::Timestamp;
use model::{EventKind, InstanceId, PlatformEventDocument};
use semantics::probe::{self, PlatformEvent};

/// Azure's name for the container that serves.
pub const CONTAINER: &str = "inference-server";

/// How many of an instance `status` can show.
const KEPT: usize = 50;

impl Context {
    /// Told, and kept for `status`.
    pub fn happened(&self, id: &InstanceId, PlatformEvent { name, message }: PlatformEvent) {
        self.store.change(|state| {
            if let Some(record) = state.instance(id) {
                keep(&mut record.happened, name, &message);
            }
        });
        self.events.say(EventKind::Platform { instance: id.clone(), name: name.to_owned(), message });
    }
}

#[derive(Debug, Clone)]
pub struct Happened {
    pub event: PlatformEventDocument,
    /// Last.
    pub time: Timestamp,
}

/// The same again is counted.
fn keep(events: &mut Vec<Happened>, name: &str, message: &str) {
    let time = Timestamp::now();
    match events.last_mut() {
        Some(Happened { event, time: last }) if event.name == name && event.message == message => {
            (event.count, *last) = (event.count.saturating_add(1), time);
        }
        _ => {
            let event = PlatformEventDocument { name: name.to_owned(), message: message.to_owned(), count: 1 };
            events.push(Happened { event, time });
        }
    }
    if events.len() > KEPT {
        events.remove(0);
    }
}

impl Instance {
    /// A container of ours is created and started in one step; a process has no image.
    pub fn began(&self, adopted: bool) {
        if adopted {
            return;
        }
        let pulled = (self.prepared.kind == EngineKind::Docker).then(|| probe::pulled(&self.prepared.base.name));
        let all = pulled.into_iter().chain([probe::created(CONTAINER), probe::started(CONTAINER)]);
        all.for_each(|event| self.context.happened(&self.id, event));
    }
}
