//! Kubernetes autoscale: a look at every deployment with a target utilization, as often as its YAML says.

use crate::doors::Doors;
use lifecycle::Lifecycle;
use model::{DeploymentKind, DeploymentName, EndpointName, EventKind, ScaleSettings, ServedDeployment};
use semantics::autoscale::{Autoscale, Load};
use std::collections::BTreeMap;
use std::sync::Weak;
use std::time::Duration;
use tokio::time::Instant;

/// The shortest `polling_interval` that a YAML can say.
const TICK: Duration = Duration::from_secs(1);

type Key = (EndpointName, DeploymentName);

#[derive(Debug)]
struct Looked {
    last: Instant,
    autoscale: Autoscale,
}

/// Looks until the doors are no more.
pub async fn keep(doors: Weak<Doors>, lifecycle: Lifecycle) {
    let mut looked = BTreeMap::new();
    loop {
        tokio::time::sleep(TICK).await;
        let Some(doors) = doors.upgrade() else { return };
        let fleet = lifecycle.fleet().borrow().clone();
        let kubernetes = |name: &EndpointName| {
            lifecycle.written(name).is_some_and(|endpoint| endpoint.kind == DeploymentKind::Kubernetes)
        };
        for (endpoint, served) in fleet.endpoints.iter().filter(|(name, _)| kubernetes(name)) {
            for deployment in served.deployments.values() {
                look(&doors, &lifecycle, (endpoint, deployment), &mut looked);
            }
        }
    }
}

/// A failed deployment is left alone, as is one on which an operation is under way.
fn look(
    doors: &Doors,
    lifecycle: &Lifecycle,
    (endpoint, served): (&EndpointName, &ServedDeployment),
    looked: &mut BTreeMap<Key, Looked>,
) {
    let name = &served.name;
    let settings = lifecycle.desired(endpoint, name).and_then(|deployment| deployment.scale_settings);
    let Some(settings @ ScaleSettings::TargetUtilization { polling_interval, .. }) = &settings else { return };
    let new = || Looked { last: Instant::now(), autoscale: Autoscale::default() };
    let looked = looked.entry((endpoint.clone(), name.clone())).or_insert_with(new);
    if looked.last.elapsed() < *polling_interval || lifecycle.signature(endpoint, name).is_none() {
        return;
    }
    looked.last = Instant::now();
    let load = load(doors, endpoint, served);
    let Some(wanted) = looked.autoscale.look(settings, load) else { return };
    if lifecycle.scale(endpoint, name, wanted).is_some() {
        let text =
            format!("autoscale: {} running and {} queued on {} replicas", load.running, load.queued, load.replicas);
        lifecycle.events().say(EventKind::Progress { deployment: Some(name.clone()), text });
    }
}

fn load(doors: &Doors, endpoint: &EndpointName, served: &ServedDeployment) -> Load {
    let counters = doors.counters();
    let counts = counters.get(endpoint).map(|counters| counters.deployment(&served.name)).unwrap_or_default();
    Load {
        replicas: u32::try_from(served.instances.len()).unwrap_or(u32::MAX),
        running: counts.in_flight.saturating_sub(counts.queued),
        queued: counts.queued,
        max_concurrent_requests_per_instance: served.limits.max_concurrent_requests_per_instance,
    }
}
