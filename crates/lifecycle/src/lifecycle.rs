//! The handle: put what is desired, delete what is not, watch what becomes of it.

use crate::context::{Context, Engines, Folders, Project};
use crate::deployment::Running;
use crate::document;
use crate::events::Events;
use crate::store::{DeploymentRecord, Store};
use diagnosis::Diagnosis;
use model::{
    Deployment, DeploymentName, DesiredEndpoint, EndpointDocument, EndpointName, Fleet, InstanceId, KeyHash, Profile,
    ProvisioningState, RunOptions, Traffic,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

type Key = (EndpointName, DeploymentName);

/// What became of an operation; `None` while it is under way.
pub type Operation = watch::Receiver<Option<Result<(), Diagnosis>>>;

/// A deployment's tasks, and the operation that put it.
#[derive(Debug, Clone)]
struct Put {
    running: Arc<Running>,
    operation: Operation,
}

impl Put {
    /// Stops it, and waits for the operation too: it may still be stopping what it replaces.
    async fn end(mut self, grace: Duration) {
        self.running.stop(grace).await;
        let _ = self.operation.wait_for(Option::is_some).await;
    }
}

#[derive(Debug, Clone)]
pub struct Lifecycle {
    context: Arc<Context>,
    puts: Arc<Mutex<BTreeMap<Key, Put>>>,
}

impl Lifecycle {
    pub fn new(project: Project, engines: Engines, folders: Folders) -> Self {
        let (store, events) = (Store::default(), Arc::new(Events::default()));
        Self {
            context: Arc::new(Context { project, engines, folders, store, events, said: Mutex::default() }),
            puts: Arc::default(),
        }
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

    /// What became of the last put of this name.
    pub fn operation(&self, endpoint: &EndpointName, name: &DeploymentName) -> Option<Operation> {
        self.lock().get(&(endpoint.clone(), name.clone())).map(|put| put.operation.clone())
    }

    /// Replaces the deployment of this name: what ran under it is stopped within `grace`, then the new one is brought
    /// up.
    pub fn put_deployment(
        &self,
        deployment: Deployment,
        signature: String,
        options: RunOptions,
        grace: Duration,
    ) -> Operation {
        let (done, operation) = watch::channel(None);
        let key = (deployment.endpoint.clone(), deployment.name.clone());
        let running = Arc::new(Running::new());
        let before = self.lock().insert(key, Put { running: running.clone(), operation: operation.clone() });
        let context = self.context.clone();
        // From here on the old instances get no new request; those they have are answered.
        desire(&context, &deployment, &signature);
        tokio::spawn(async move {
            if let Some(before) = before {
                before.end(grace).await;
            }
            done.send_replace(Some(running.bring_up(&context, Arc::new(deployment), &signature, &options).await));
        });
        operation
    }

    /// Stops and forgets the deployment; at once when there is none.
    pub async fn delete_deployment(&self, endpoint: &EndpointName, name: &DeploymentName, grace: Duration) {
        let put = self.lock().remove(&(endpoint.clone(), name.clone()));
        if let Some(put) = put {
            put.end(grace).await;
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

    /// Whose rules the endpoint follows; managed ones for one that is gone.
    pub fn profile(&self, endpoint: &EndpointName) -> Profile {
        self.fleet().borrow().endpoints.get(endpoint).map_or(Profile::Managed, |served| served.profile)
    }

    /// What the endpoint's file says of traffic.
    pub fn written_traffic(&self, endpoint: &EndpointName) -> Option<Traffic> {
        self.context.store.read(|state| state.endpoints.get(endpoint)?.desired.traffic.clone())
    }

    /// The traffic of a running endpoint.
    pub fn traffic(&self, endpoint: &EndpointName) -> Option<Traffic> {
        self.context.store.read(|state| state.endpoints.get(endpoint).map(|record| record.traffic.clone()))
    }

    /// The names of an endpoint's deployments, failed ones too.
    pub fn deployments(&self, endpoint: &EndpointName) -> Vec<DeploymentName> {
        self.context.store.read(|state| {
            let records = state.endpoints.get(endpoint).into_iter().flat_map(|record| &record.deployments);
            records.map(|record| record.desired.name.clone()).collect()
        })
    }

    /// The kept lines of every instance that matches, by the instance's printed name.
    ///
    /// # Errors
    /// `DeploymentNotFound` for a name that no endpoint has.
    pub fn logs(
        &self,
        endpoint: Option<&EndpointName>,
        deployment: Option<&DeploymentName>,
    ) -> Result<Vec<(String, Vec<String>)>, Diagnosis> {
        self.context.store.read(|state| {
            let endpoints = state.endpoints.iter().filter(|(name, _)| endpoint.is_none_or(|wanted| wanted == *name));
            let records = endpoints.flat_map(|(_, record)| &record.deployments);
            let matching: Vec<_> =
                records.filter(|record| deployment.is_none_or(|wanted| *wanted == record.desired.name)).collect();
            if let (true, Some(name)) = (matching.is_empty(), deployment) {
                let message = format!("there is no deployment {name}");
                return Err(Diagnosis::error(diagnosis::local::DEPLOYMENT_NOT_FOUND, message));
            }
            let instances = matching.iter().flat_map(|record| record.instances.values());
            Ok(instances.map(|instance| (instance.id.to_string(), instance.log.tail(usize::MAX))).collect())
        })
    }

    /// Where private folders of processes are.
    pub fn run_folder(&self) -> &std::path::Path {
        &self.context.folders.run
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Key, Put>> {
        self.puts.lock().unwrap_or_else(PoisonError::into_inner)
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
