//! The handle: put what is desired, delete what is not, watch what becomes of it.

use crate::context::{Context, Engines, Folders, Project};
use crate::deployment::Running;
use crate::document;
use crate::events::Events;
use crate::store::{DeploymentRecord, Store};
use diagnosis::Diagnosis;
use model::{
    Deployment, DeploymentName, DesiredEndpoint, EndpointDocument, EndpointName, Fleet, InstanceId, KeyHash,
    ProvisioningState, RunOptions, Traffic,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

type Key = (EndpointName, DeploymentName);

/// What became of an operation; `None` while it is under way.
pub type Operation = watch::Receiver<Option<Result<(), Diagnosis>>>;

#[derive(Debug, Clone)]
pub struct Lifecycle {
    context: Arc<Context>,
    running: Arc<Mutex<BTreeMap<Key, Arc<Running>>>>,
}

impl Lifecycle {
    pub fn new(project: Project, engines: Engines, folders: Folders) -> Self {
        let (store, events) = (Store::default(), Arc::new(Events::default()));
        Self { context: Arc::new(Context { project, engines, folders, store, events }), running: Arc::default() }
    }

    pub fn fleet(&self) -> watch::Receiver<Arc<Fleet>> {
        self.context.store.fleet()
    }

    pub fn events(&self) -> &Arc<Events> {
        &self.context.events
    }

    pub fn context(&self) -> &Context {
        &self.context
    }

    pub fn put_endpoint(&self, wanted: &DesiredEndpoint, key_hashes: Vec<KeyHash>, traffic: Traffic) {
        self.context.store.change(|state| state.put_endpoint(wanted, key_hashes, traffic));
    }

    pub fn set_traffic(&self, endpoint: &EndpointName, traffic: Traffic) {
        self.context.store.change(|state| {
            if let Some(record) = state.endpoints.get_mut(endpoint) {
                record.traffic = traffic;
            }
        });
    }

    pub fn set_keys(&self, endpoint: &EndpointName, key_hashes: Vec<KeyHash>) {
        self.context.store.change(|state| {
            if let Some(record) = state.endpoints.get_mut(endpoint) {
                record.key_hashes = key_hashes;
            }
        });
    }

    /// The signature of what runs under this name, unless it failed: equal means nothing to do.
    pub fn signature(&self, endpoint: &EndpointName, name: &DeploymentName) -> Option<String> {
        self.context.store.read(|state| {
            let record = state.endpoints.get(endpoint)?.deployments.iter().find(|known| known.desired.name == *name)?;
            (record.state != ProvisioningState::Failed).then(|| record.signature.clone())
        })
    }

    /// Replaces the deployment of this name: what ran under it is stopped first, then the new one is brought up.
    pub fn put_deployment(&self, deployment: Deployment, signature: String, options: RunOptions) -> Operation {
        let (done, operation) = watch::channel(None);
        let key = (deployment.endpoint.clone(), deployment.name.clone());
        let running = Arc::new(Running::new());
        let before = self.lock().insert(key, running.clone());
        let context = self.context.clone();
        // From here on the old instances get no new request; those they have are answered.
        desire(&context, &deployment, &signature);
        tokio::spawn(async move {
            if let Some(before) = before {
                before.stop(crate::stop::DEFAULT_GRACE).await;
            }
            done.send_replace(Some(running.bring_up(&context, Arc::new(deployment), &signature, &options).await));
        });
        operation
    }

    /// Stops and forgets the deployment; at once when there is none.
    pub async fn delete_deployment(&self, endpoint: &EndpointName, name: &DeploymentName, grace: Duration) {
        let running = self.lock().remove(&(endpoint.clone(), name.clone()));
        if let Some(running) = running {
            running.stop(grace).await;
        }
        self.context.store.change(|state| {
            if let Some(record) = state.endpoints.get_mut(endpoint) {
                record.deployments.retain(|known| known.desired.name != *name);
            }
        });
    }

    /// Deleting an endpoint deletes its deployments, all at once.
    pub async fn delete_endpoint(&self, endpoint: &EndpointName, grace: Duration) {
        let names: Vec<_> = self.lock().keys().filter(|(of, _)| of == endpoint).map(|(_, name)| name.clone()).collect();
        futures_util::future::join_all(names.iter().map(|name| self.delete_deployment(endpoint, name, grace))).await;
        self.context.store.change(|state| state.endpoints.remove(endpoint));
    }

    /// As `status` shows them; ports come from whoever listens.
    pub fn documents(&self, ports: &BTreeMap<EndpointName, u16>) -> Vec<EndpointDocument> {
        self.context.store.read(|state| {
            let served = state.endpoints.iter().filter_map(|(name, record)| Some((record, *ports.get(name)?)));
            served.map(|(record, port)| document::endpoint(record, port)).collect()
        })
    }

    /// The log of one instance that is known.
    pub fn log(&self, id: &InstanceId) -> Option<Arc<crate::log::Log>> {
        self.context.store.change(|state| state.instance(id).map(|record| record.log.clone()))
    }

    /// The desired deployment of this name.
    pub fn desired(&self, endpoint: &EndpointName, name: &DeploymentName) -> Option<Deployment> {
        self.context.store.change(|state| state.deployment(endpoint, name).map(|record| record.desired.clone()))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Key, Arc<Running>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn desire(context: &Context, deployment: &Deployment, signature: &str) {
    context.store.change(|state| {
        let Some(endpoint) = state.endpoints.get_mut(&deployment.endpoint) else { return };
        let known = endpoint.deployments.iter().any(|record| record.desired.name == deployment.name);
        endpoint.put(DeploymentRecord {
            desired: deployment.clone(),
            signature: signature.to_owned(),
            state: if known { ProvisioningState::Updating } else { ProvisioningState::Creating },
            error: None,
            instances: BTreeMap::new(),
        });
    });
}
