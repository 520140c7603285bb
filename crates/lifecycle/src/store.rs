//! The one writer: what is desired, what became of it, and the fleet that follows from both.

use crate::plan;
use crate::platform::Happened;
use diagnosis::Diagnosis;
use engine::{Engine, EngineKind, InstanceHandle, Mount};
use model::{
    Auth, Deployment, DeploymentName, Endpoint, EndpointName, Fleet, InstanceId, InstanceState, Mirror, Profile,
    ProvisioningState, RateLimits, RequestFault, ServedDeployment, ServedEndpoint, ServedInstance, Traffic,
};
use semantics::admission::{kept, suspended};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

#[derive(Debug, Default)]
pub struct State {
    pub endpoints: BTreeMap<EndpointName, EndpointRecord>,
    /// Of the newest start of all: none is given twice, not even to a deployment that is put again.
    pub generation: u64,
}

/// An endpoint as it is to be served from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointPut {
    pub desired: Endpoint,
    pub profile: Profile,
    pub auth: Auth,
    pub rate_limits: RateLimits,
    pub traffic: Traffic,
    pub mirror: Option<Mirror>,
}

#[derive(Debug)]
pub struct EndpointRecord {
    pub desired: Endpoint,
    pub profile: Profile,
    pub auth: Auth,
    pub rate_limits: RateLimits,
    pub traffic: Traffic,
    pub mirror: Option<Mirror>,
    pub state: ProvisioningState,
    /// In file order.
    pub deployments: Vec<DeploymentRecord>,
}

#[derive(Debug)]
pub struct DeploymentRecord {
    /// What serves; until something does, what was put last.
    pub desired: Deployment,
    /// Of what was put last.
    pub signature: String,
    /// Whose instances are in the fleet, by the signature that they share; `None` before the first has come up.
    pub serving: Option<String>,
    pub state: ProvisioningState,
    /// What the environment that is being made is for, but for the code.
    pub preparing: Option<String>,
    pub error: Option<Diagnosis>,
    pub instances: BTreeMap<u32, InstanceRecord>,
    /// The storage initializer's log, of the newest version that was prepared.
    pub storage: Vec<String>,
    /// What its instances have of this machine's files.
    pub mounts: Vec<Mount>,
    /// What is done to its requests on purpose.
    pub faults: Vec<RequestFault>,
    /// A debugger is.
    pub attached: bool,
}

#[derive(Debug, Clone)]
pub struct InstanceRecord {
    pub id: InstanceId,
    pub state: InstanceState,
    pub ready: bool,
    /// Out of the fleet for good.
    pub leaves: bool,
    /// The signature of what it is made of.
    pub version: String,
    pub restarts: u32,
    pub generation: u64,
    /// Whose place this generation took, within the instance: it may still work on requests.
    pub before: Option<u64>,
    pub address: Option<SocketAddr>,
    /// Where debugpy listens.
    pub debug: Option<SocketAddr>,
    pub handle: Option<InstanceHandle>,
    pub image: String,
    pub engine: EngineKind,
    pub runs_on: Arc<dyn Engine>,
    /// What was done on purpose to this start of it.
    pub injected: Option<String>,
    /// Its last start, up to the first answer.
    pub took: Option<Duration>,
    /// What it would install before that in the cloud.
    pub installing: Duration,
    /// Failures in a row of each kind of probe.
    pub failing: BTreeMap<&'static str, u32>,
    pub happened: Vec<Happened>,
    pub log: Arc<crate::log::Log>,
}

#[derive(Debug)]
pub struct Store {
    state: Mutex<State>,
    fleet: watch::Sender<Arc<Fleet>>,
}

impl Default for Store {
    fn default() -> Self {
        Self { state: Mutex::default(), fleet: watch::Sender::new(Arc::default()) }
    }
}

impl Store {
    /// Changes the state and publishes the fleet that follows from it.
    pub fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut state);
        let fleet = fleet_of(&state);
        self.fleet.send_if_modified(|current| {
            let changed = **current != fleet;
            *current = Arc::new(fleet);
            changed
        });
        result
    }

    pub fn read<R>(&self, read: impl FnOnce(&State) -> R) -> R {
        read(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn fleet(&self) -> watch::Receiver<Arc<Fleet>> {
        self.fleet.subscribe()
    }
}

impl State {
    /// Whether it is served otherwise than before.
    pub fn put_endpoint(&mut self, put: EndpointPut) -> bool {
        let before = self.endpoints.remove(&put.desired.name);
        let same = before.as_ref().is_some_and(|before| before.serves(&put));
        let EndpointPut { desired, profile, auth, rate_limits, traffic, mirror } = put;
        let name = desired.name.clone();
        let deployments = before.map(|record| record.deployments).unwrap_or_default();
        let state = ProvisioningState::Succeeded;
        let record = EndpointRecord { desired, profile, auth, rate_limits, traffic, mirror, state, deployments };
        self.endpoints.insert(name, record);
        !same
    }

    pub fn deployment(&mut self, endpoint: &EndpointName, name: &DeploymentName) -> Option<&mut DeploymentRecord> {
        let endpoint = self.endpoints.get_mut(endpoint)?;
        endpoint.deployments.iter_mut().find(|record| record.desired.name == *name)
    }

    pub fn instance(&mut self, id: &InstanceId) -> Option<&mut InstanceRecord> {
        self.deployment(&id.endpoint, &id.deployment)?.instances.get_mut(&id.number)
    }
}

impl EndpointRecord {
    fn serves(&self, put: &EndpointPut) -> bool {
        let EndpointPut { desired: _, profile, auth, rate_limits, traffic, mirror } = put;
        (self.profile, &self.auth, self.rate_limits) == (*profile, auth, *rate_limits)
            && (&self.traffic, &self.mirror) == (traffic, mirror)
    }
}

impl DeploymentRecord {
    /// The instances in the fleet.
    pub fn current(&self) -> impl Iterator<Item = &InstanceRecord> {
        self.instances.values().filter(|instance| self.serves(instance))
    }

    /// Whether it is in the fleet.
    pub fn serves(&self, instance: &InstanceRecord) -> bool {
        !instance.leaves && self.serving.as_ref().is_none_or(|version| *version == instance.version)
    }

    /// How many there are, ready or not.
    pub fn running(&self) -> usize {
        self.current().filter(|instance| instance.state != InstanceState::Failed).count()
    }
}

fn fleet_of(state: &State) -> Fleet {
    let endpoints = state.endpoints.iter().map(|(name, record)| (name.clone(), Arc::new(served(record))));
    Fleet { endpoints: endpoints.collect() }
}

fn served(record: &EndpointRecord) -> ServedEndpoint {
    let deployments = record.deployments.iter();
    ServedEndpoint {
        name: record.desired.name.clone(),
        profile: record.profile,
        auth: record.auth.clone(),
        traffic: record.traffic.clone(),
        mirror: record.mirror.clone(),
        rate_limits: record.rate_limits,
        deployments: deployments
            .map(|deployment| {
                (deployment.desired.name.clone(), Arc::new(served_deployment(record.profile, deployment)))
            })
            .collect(),
    }
}

fn served_deployment(profile: Profile, record: &DeploymentRecord) -> ServedDeployment {
    let limits = kept(profile, plan::limits(&record.desired));
    ServedDeployment {
        name: record.desired.name.clone(),
        limits: if record.attached { suspended(limits) } else { limits },
        scoring_path: plan::Routes::of(&record.desired).scoring.path,
        upstream: plan::upstream_mode(&record.desired),
        instances: record.current().filter_map(served_instance).collect(),
        faults: record.faults.clone(),
        collector: plan::payloads(&record.desired).cloned().map(Arc::new),
    }
}

fn served_instance(record: &InstanceRecord) -> Option<ServedInstance> {
    let (id, generation, ready) = (record.id.clone(), record.generation, record.ready);
    record.address.map(|address| ServedInstance { id, generation, address, ready })
}
