//! What can be asked of the lifecycle: documents, logs, names.

use crate::document;
use crate::lifecycle::Lifecycle;
use crate::store::State;
use diagnosis::Diagnosis;
use engine::Mount;
use model::{
    Deployment, DeploymentName, Endpoint, EndpointDocument, EndpointName, InstanceId, Mirror, Profile, Traffic,
};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Lifecycle {
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

    /// What its instances have of this machine's files.
    pub fn mounts(&self, endpoint: &EndpointName, name: &DeploymentName) -> Vec<Mount> {
        let mounts = |state: &mut State| state.deployment(endpoint, name).map(|record| record.mounts.clone());
        self.context.store.change(mounts).unwrap_or_default()
    }

    /// Whose rules the endpoint follows; managed ones for one that is gone.
    pub fn profile(&self, endpoint: &EndpointName) -> Profile {
        self.fleet().borrow().endpoints.get(endpoint).map_or(Profile::Managed, |served| served.profile)
    }

    /// The endpoint as its file has it.
    pub fn written(&self, endpoint: &EndpointName) -> Option<Endpoint> {
        self.context.store.read(|state| state.endpoints.get(endpoint).map(|record| record.desired.clone()))
    }

    /// The traffic of a running endpoint, and its mirror.
    pub fn traffic(&self, endpoint: &EndpointName) -> Option<(Traffic, Option<Mirror>)> {
        self.context
            .store
            .read(|state| state.endpoints.get(endpoint).map(|record| (record.traffic.clone(), record.mirror.clone())))
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
}
