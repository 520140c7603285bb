//! A debugger at an instance: where it attaches, and what is suspended meanwhile.

use crate::context::Context;
use crate::lifecycle::Lifecycle;
use crate::store::{DeploymentRecord, State};
use diagnosis::{Diagnosis, plan as rows};
use model::{DeploymentName, EndpointName, EventKind, InstanceId};
use std::net::SocketAddr;

impl Lifecycle {
    /// Where debugpy listens, or soon will: in the instance that was started last. Waits until one has been.
    pub async fn debuggee(&self, endpoint: &EndpointName, name: &DeploymentName) -> SocketAddr {
        let newest = |record: &DeploymentRecord| {
            let started = record.instances.values().filter_map(|it| Some((it.generation, it.debug?)));
            started.max().map(|(_, address)| address)
        };
        self.context.until(|state| known(state, endpoint, name).and_then(newest)).await
    }

    /// While one is attached, requests have no limits and nothing is probed: somebody may stand at a breakpoint.
    pub fn attached(&self, endpoint: &EndpointName, name: &DeploymentName, attached: bool) {
        self.context.store.change(|state| {
            state.deployment(endpoint, name).into_iter().for_each(|record| record.attached = attached);
        });
        let diagnosis = if attached { said_attached(name) } else { said_detached(name) };
        self.context.events.say(EventKind::Said { diagnosis });
    }
}

impl Context {
    /// Resolves while no debugger is attached.
    pub async fn detached(&self, id: &InstanceId) {
        self.until(|state| (!is_attached(state, id)).then_some(())).await;
    }

    /// Resolves while one is.
    pub async fn attached(&self, id: &InstanceId) {
        self.until(|state| is_attached(state, id).then_some(())).await;
    }

    /// Looks again with every change of the fleet: addresses and limits are in it.
    async fn until<T>(&self, found: impl Fn(&State) -> Option<T>) -> T {
        let mut fleet = self.store.fleet();
        loop {
            fleet.borrow_and_update();
            if let Some(found) = self.store.read(&found) {
                return found;
            }
            if fleet.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }
}

fn is_attached(state: &State, id: &InstanceId) -> bool {
    known(state, &id.endpoint, &id.deployment).is_some_and(|record| record.attached)
}

fn known<'a>(state: &'a State, endpoint: &EndpointName, name: &DeploymentName) -> Option<&'a DeploymentRecord> {
    state.endpoints.get(endpoint)?.deployments.iter().find(|record| record.desired.name == *name)
}

fn said_attached(name: &DeploymentName) -> Diagnosis {
    let message = format!(
        "{name}: a debugger is attached: request_timeout_ms, the limit of requests in flight and the probes are suspended"
    );
    Diagnosis::note(rows::DEBUGGER_ATTACHED, message)
}

fn said_detached(name: &DeploymentName) -> Diagnosis {
    let message = format!("{name}: the debugger has left: the limits of requests and the probes hold again");
    Diagnosis::note(rows::DEBUGGER_LEFT, message)
}
