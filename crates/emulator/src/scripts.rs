//! What scripts collect, on its way to the files.

use front_end::{Collected, Collector};
use model::{DataCollector, Deployment, DeploymentName, Desired, EndpointName, InstanceId};
use semantics::data_collector::Event;
use sidecar::Collections;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug)]
pub struct Scripts {
    collector: Collector,
    of: Mutex<BTreeMap<(EndpointName, DeploymentName), DataCollector>>,
}

impl Scripts {
    pub fn new(collector: Collector) -> Self {
        Self { collector, of: Mutex::default() }
    }

    /// What the scripts of these deployments collect, from now on.
    pub fn put(&self, desired: &Desired) {
        let mut of = self.lock();
        for deployment in desired.endpoints.iter().flat_map(|endpoint| &endpoint.deployments) {
            let name = (deployment.endpoint.clone(), deployment.name.clone());
            match custom(deployment) {
                Some(collector) => of.insert(name, collector),
                None => of.remove(&name),
            };
        }
    }

    /// `None`: nothing.
    pub fn of(&self, instance: &InstanceId) -> Option<DataCollector> {
        self.lock().get(&(instance.endpoint.clone(), instance.deployment.clone())).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(EndpointName, DeploymentName), DataCollector>> {
        self.of.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn custom(deployment: &Deployment) -> Option<DataCollector> {
    deployment.data_collector.clone().filter(|collector| collector.custom().next().is_some())
}

impl Collections for Scripts {
    fn collect(&self, instance: InstanceId, event: Event, payload: bytes::Bytes) -> Result<(), String> {
        let collector = self.of(&instance).filter(|it| it.custom().any(|name| name == event.collection));
        let collector = collector.ok_or_else(|| format!("collection {} is not enabled", event.collection))?;
        let payload = vec![payload];
        self.collector.offer(Box::new(Collected { instance, rolling: collector.rolling_rate, event, payload }));
        Ok(())
    }
}
