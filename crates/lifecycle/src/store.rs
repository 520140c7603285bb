//! The one writer: what is desired, what became of it, and the fleet that follows from both.

use crate::plan;
use diagnosis::Diagnosis;
use engine::{EngineKind, InstanceHandle};
use model::{
    Auth, Deployment, DeploymentKind, DeploymentName, DesiredEndpoint, Endpoint, EndpointName, Fleet, InstanceId,
    InstanceState, KeyHash, Profile, ProvisioningState, ServedDeployment, ServedEndpoint, ServedInstance, Traffic,
};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

#[derive(Debug, Default)]
pub struct State {
    pub endpoints: BTreeMap<EndpointName, EndpointRecord>,
    /// Of the newest start of all: none is given twice, not even to a deployment that is put again.
    pub generation: u64,
}

#[derive(Debug)]
pub struct EndpointRecord {
    pub desired: Endpoint,
    pub key_hashes: Vec<KeyHash>,
    pub traffic: Traffic,
    pub state: ProvisioningState,
    /// In file order.
    pub deployments: Vec<DeploymentRecord>,
}

#[derive(Debug)]
pub struct DeploymentRecord {
    pub desired: Deployment,
    pub signature: String,
    pub state: ProvisioningState,
    pub error: Option<Diagnosis>,
    pub instances: BTreeMap<u32, InstanceRecord>,
}

#[derive(Debug, Clone)]
pub struct InstanceRecord {
    pub id: InstanceId,
    pub state: InstanceState,
    pub ready: bool,
    pub restarts: u32,
    pub generation: u64,
    pub address: Option<SocketAddr>,
    pub handle: Option<InstanceHandle>,
    pub image: String,
    pub engine: EngineKind,
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
    pub fn put_endpoint(&mut self, wanted: &DesiredEndpoint, key_hashes: Vec<KeyHash>, traffic: Traffic) {
        let name = wanted.endpoint.name.clone();
        let deployments = self.endpoints.remove(&name).map(|record| record.deployments).unwrap_or_default();
        let state = ProvisioningState::Succeeded;
        let record = EndpointRecord { desired: wanted.endpoint.clone(), key_hashes, traffic, state, deployments };
        self.endpoints.insert(name, record);
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
    /// Replaces the deployment of the same name in its place, or adds it at the end.
    pub fn put(&mut self, record: DeploymentRecord) {
        match self.deployments.iter_mut().find(|known| known.desired.name == record.desired.name) {
            Some(known) => *known = record,
            None => self.deployments.push(record),
        }
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
        profile: match record.desired.kind {
            DeploymentKind::Managed => Profile::Managed,
            DeploymentKind::Kubernetes => Profile::Kubernetes,
        },
        auth: Auth { mode: record.desired.auth_mode, key_hashes: record.key_hashes.clone() },
        traffic: record.traffic.clone(),
        mirror: record.desired.mirror.clone(),
        deployments: deployments
            .map(|deployment| (deployment.desired.name.clone(), Arc::new(served_deployment(deployment))))
            .collect(),
    }
}

fn served_deployment(record: &DeploymentRecord) -> ServedDeployment {
    ServedDeployment {
        name: record.desired.name.clone(),
        limits: plan::limits(&record.desired),
        scoring_path: plan::Routes::of(&record.desired).scoring.path,
        upstream: plan::upstream_mode(&record.desired),
        instances: record.instances.values().filter_map(served_instance).collect(),
    }
}

fn served_instance(record: &InstanceRecord) -> Option<ServedInstance> {
    let (id, generation, ready) = (record.id.clone(), record.generation, record.ready);
    record.address.map(|address| ServedInstance { id, generation, address, ready })
}
