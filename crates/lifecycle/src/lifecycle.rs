//! The handle: put what is desired, delete what is not, watch what becomes of it.

use crate::adopt::Orphan;
use crate::context::{Context, Engines, Folders, Project};
use crate::events::Events;
use crate::lane::{Delete, Lane};
use crate::occupancy::Occupancy;
use crate::operation::Operation;
use crate::plan::Signature;
use crate::sidecars::Sidecars;
use crate::store::EndpointPut;
use crate::version::{Changed, Wanted};
use diagnosis::Diagnosis;
use model::{Auth, Deployment, DeploymentName, EndpointName, Fleet, Mirror, ProvisioningState, RunOptions, Traffic};
use semantics::operation as rules;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

type Key = (EndpointName, DeploymentName);

#[derive(Debug, Clone)]
pub struct Lifecycle {
    pub(crate) context: Arc<Context>,
    lanes: Arc<Mutex<BTreeMap<Key, Arc<Lane>>>>,
}

impl Lifecycle {
    pub fn new(project: Project, engines: Engines, folders: Folders) -> Self {
        let context = Context {
            project,
            engines,
            folders,
            store: Default::default(),
            events: Arc::new(Events::default()),
            said: Mutex::default(),
            orphans: Mutex::default(),
            away: Mutex::default(),
            occupancy: OnceLock::new(),
            sidecars: OnceLock::new(),
            probe_faults: Mutex::default(),
        };
        Self { context: Arc::new(context), lanes: Arc::default() }
    }

    /// Who knows whether requests still run on an instance; the first one counts.
    pub fn serves_through(&self, doors: Arc<dyn Occupancy>) {
        let _ = self.context.occupancy.set(doors);
    }

    /// Who serves what is beside instances; the first one counts.
    pub fn is_beside(&self, sidecars: Arc<dyn Sidecars>) {
        let _ = self.context.sidecars.set(sidecars);
    }

    /// Instances that what is put next takes over instead of starting its own.
    pub fn adopts(&self, orphans: Vec<Orphan>) {
        self.context.lock_orphans().extend(orphans);
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

    /// Whether it is served otherwise than before.
    pub fn put_endpoint(&self, put: EndpointPut) -> bool {
        self.context.store.change(|state| state.put_endpoint(put))
    }

    /// Both in one step: no request sees the one without the other.
    pub fn set_traffic(&self, endpoint: &EndpointName, traffic: Traffic, mirror: Option<Mirror>) {
        self.context.store.change(|state| {
            if let Some(record) = state.endpoints.get_mut(endpoint) {
                (record.traffic, record.mirror) = (traffic, mirror);
            }
        });
    }

    pub fn set_auth(&self, endpoint: &EndpointName, auth: Auth) {
        self.context.store.change(|state| {
            if let Some(record) = state.endpoints.get_mut(endpoint) {
                record.auth = auth;
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
        self.known(endpoint, name)?.operation()
    }

    /// Whether an operation may begin beside the one that is under way on this deployment.
    ///
    /// # Errors
    /// `Conflict` where Azure answers 409.
    pub fn permits(
        &self,
        endpoint: &EndpointName,
        name: &DeploymentName,
        wanted: rules::Operation,
        signature: Option<&Signature>,
    ) -> Result<(), Diagnosis> {
        let whole = signature.map(|signature| signature.whole.as_str());
        let meets = self.known(endpoint, name).and_then(|lane| lane.meets(wanted, whole));
        if meets != Some(rules::Verdict::Conflicts) {
            return Ok(());
        }
        let message = format!("{name}: another create or update of it is under way (409)");
        Err(Diagnosis::error(diagnosis::start::OPERATION_CONFLICT, message))
    }

    /// Brings the deployment of this name to what is wanted: created, scaled, or replaced by a new version while the old
    /// one serves. An earlier put that is under way is given up.
    pub fn put_deployment(
        &self,
        deployment: Deployment,
        signature: Signature,
        options: RunOptions,
        changed: Option<Changed>,
    ) -> Operation {
        let key = (deployment.endpoint.clone(), deployment.name.clone());
        let lane = self.lock().entry(key).or_default().clone();
        let options = RunOptions { instances: options.instances.or(self.context.autoscaled(&deployment)), ..options };
        let deployment = Arc::new(deployment);
        lane.put(&self.context, Wanted { deployment, signature, options, changed, autoscaled: false })
    }

    /// Whether its environment is being made, for what differs from this in its code at most: no instance has begun.
    pub fn prepares(&self, endpoint: &EndpointName, name: &DeploymentName, signature: &Signature) -> bool {
        self.context.store.read(|state| {
            let records = state.endpoints.get(endpoint).into_iter().flat_map(|endpoint| &endpoint.deployments);
            let mut of_it = records.filter(|record| record.desired.name == *name);
            of_it.any(|record| record.preparing.as_ref() == Some(&signature.besides_code))
        })
    }

    /// As many instances of what was put last; the 429 arithmetic keeps its own number. When they cannot be had, that is
    /// said, and the deployment is as it was. `None`: there is nothing, or an operation is under way.
    pub fn scale(&self, endpoint: &EndpointName, name: &DeploymentName, instances: u32) -> Option<Operation> {
        let lane = self.known(endpoint, name)?;
        let mut wanted = lane.settled()?;
        (wanted.options.instances, wanted.autoscaled) = (Some(instances), true);
        Some(lane.put(&self.context, wanted))
    }

    /// Ends and forgets the deployment; at once when there is none.
    pub async fn delete_deployment(&self, endpoint: &EndpointName, name: &DeploymentName, delete: Delete) {
        let lane = self.lock().remove(&(endpoint.clone(), name.clone()));
        if let Some(lane) = lane {
            self.context.store.change(|state| {
                if let Some(record) = state.deployment(endpoint, name) {
                    record.state = ProvisioningState::Deleting;
                }
            });
            lane.delete(&self.context, delete).await;
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
        let delete = Delete::Stopped(grace);
        futures_util::future::join_all(names.iter().map(|name| self.delete_deployment(endpoint, name, delete))).await;
        self.context.store.change(|state| state.endpoints.remove(endpoint));
    }

    pub(crate) fn known(&self, endpoint: &EndpointName, name: &DeploymentName) -> Option<Arc<Lane>> {
        self.lock().get(&(endpoint.clone(), name.clone())).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Key, Arc<Lane>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
