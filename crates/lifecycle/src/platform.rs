//! What happens to a container, in the names and words of Azure's event log.

use crate::context::Context;
use crate::instance::Instance;
use engine::EngineKind;
use jiff::Timestamp;
use model::{EventKind, InstanceId, PlatformEventDocument};
use semantics::probe::{self, Kind, PlatformEvent};

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

impl Context {
    /// How a probe stands, for `status`; almost always as before.
    pub fn probed(&self, id: &InstanceId, kind: Kind, passed: bool) {
        let name = probe_name(kind);
        let failed = self.store.read(|state| {
            let deployments = state.endpoints.get(&id.endpoint).into_iter().flat_map(|it| &it.deployments);
            let mut instances = deployments.filter(|it| it.desired.name == id.deployment);
            let record = instances.find_map(|it| it.instances.get(&id.number));
            record.and_then(|record| record.failing.get(name)).copied().unwrap_or_default()
        });
        if passed && failed == 0 {
            return;
        }
        self.store.change(|state| {
            if let Some(record) = state.instance(id) {
                record.failing.insert(name, if passed { 0 } else { failed.saturating_add(1) });
            }
        });
    }
}

pub fn probe_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Startup => "startup",
        Kind::Liveness => "liveness",
        Kind::Readiness => "readiness",
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
