//! What an operation writes down, step by step.

use crate::context::Context;
use crate::log::Log;
use crate::operation::still_serves;
use crate::prepare::Prepared;
use crate::store::{DeploymentRecord, InstanceRecord};
use crate::version::Wanted;
use diagnosis::Diagnosis;
use model::{Deployment, EventKind, InstanceId, InstanceState, ProvisioningState};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

impl Context {
    /// What serves stays desired until the new version serves.
    pub fn begins(&self, wanted: &Wanted) {
        let (deployment, signature) = (&wanted.deployment, &wanted.signature);
        self.store.change(|state| {
            let Some(endpoint) = state.endpoints.get_mut(&deployment.endpoint) else { return };
            let known = endpoint.deployments.iter_mut().find(|record| record.desired.name == deployment.name);
            let Some(record) = known else { return endpoint.deployments.push(created(wanted)) };
            record.state = match &record.serving {
                Some(serving) if *serving == signature.instance && record.running() != wanted.count() => {
                    ProvisioningState::Scaling
                }
                _ => ProvisioningState::Updating,
            };
            record.signature.clone_from(&signature.whole);
            record.error = None;
            if record.serving.is_none() {
                record.desired = (**deployment).clone();
            }
        });
    }

    pub fn started(&self, id: &InstanceId, prepared: &Prepared, (version, log): (&str, &Arc<Log>)) {
        let record = InstanceRecord {
            id: id.clone(),
            state: InstanceState::Starting,
            ready: false,
            leaves: false,
            version: version.to_owned(),
            restarts: 0,
            generation: 0,
            address: None,
            handle: None,
            image: prepared.base.name.clone(),
            engine: prepared.kind,
            runs_on: prepared.engine.clone(),
            injected: None,
            took: None,
            installing: prepared.installing,
            happened: vec![],
            log: log.clone(),
        };
        self.store.change(|state| {
            if let Some(deployment) = state.deployment(&id.endpoint, &id.deployment) {
                deployment.instances.insert(id.number, record);
            }
        });
    }

    /// The lowest numbers that no instance has; those of failed ones, which were kept to be looked at, are free again.
    pub fn free_numbers(&self, deployment: &Deployment, taken: &[u32], count: usize) -> Vec<u32> {
        self.of(deployment, |record| {
            record.instances.retain(|_, instance| instance.state != InstanceState::Failed);
            let free = |number: &u32| !record.instances.contains_key(number) && !taken.contains(number);
            (0_u32..).filter(free).take(count).collect()
        })
        .unwrap_or_default()
    }

    /// This version serves from now on, in the same step in which the one before no longer does.
    pub fn serves(&self, deployment: &Deployment, version: &str) {
        self.of(deployment, |record| {
            record.serving = Some(version.to_owned());
            record.desired = deployment.clone();
        });
    }

    /// The settings of what serves.
    pub fn desires(&self, deployment: &Deployment) {
        self.of(deployment, |record| record.desired = deployment.clone());
    }

    /// Takes as many instances out of the fleet, those first that serve nobody, then the youngest.
    pub fn surplus(&self, deployment: &Deployment, count: usize) -> Vec<u32> {
        self.of(deployment, |record| {
            let mut order: Vec<_> =
                record.current().map(|it| (it.ready, Reverse(it.generation), it.id.number)).collect();
            order.sort_unstable();
            let leaving: Vec<_> = order.into_iter().take(count).map(|(_, _, number)| number).collect();
            for number in &leaving {
                record.instances.get_mut(number).into_iter().for_each(|instance| instance.leaves = true);
            }
            leaving
        })
        .unwrap_or_default()
    }

    pub fn is_ready(&self, deployment: &Deployment) -> bool {
        self.of(deployment, |record| record.current().any(|instance| instance.ready)).unwrap_or_default()
    }

    pub fn becomes(&self, deployment: &Deployment, state: ProvisioningState) {
        self.of(deployment, |record| record.state = state);
    }

    /// Instances that did not come up, or were not awaited.
    pub fn gave_up(&self, deployment: &Deployment, numbers: &[u32]) {
        self.of(deployment, |record| {
            for instance in record.instances.values_mut().filter(|instance| numbers.contains(&instance.id.number)) {
                (instance.state, instance.ready) = (InstanceState::Failed, false);
            }
        });
    }

    pub fn changed(&self, id: &InstanceId, state: InstanceState, detail: impl Into<String>) {
        self.store.change(|store| {
            if let Some(record) = store.instance(id) {
                record.state = state;
            }
        });
        self.events.say(EventKind::InstanceChanged { instance: id.clone(), state, detail: detail.into() });
    }

    pub fn forget(&self, id: &InstanceId) {
        self.store.change(|state| {
            if let Some(record) = state.deployment(&id.endpoint, &id.deployment) {
                record.instances.remove(&id.number);
            }
        });
    }

    pub fn succeeded(&self, deployment: &Deployment, took: Duration) {
        self.of(deployment, |record| (record.state, record.error) = (ProvisioningState::Succeeded, None));
        // The log of an earlier failure would pass for this one's.
        let _ = std::fs::remove_file(self.failed_log(deployment));
        let (endpoint, name) = (deployment.endpoint.clone(), deployment.name.clone());
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        self.events.say(EventKind::DeploymentReady { endpoint, deployment: name, milliseconds });
    }

    /// As ARM's provisioning state, it is that of the last operation, whatever serves (inferred for these resources).
    pub fn failed(&self, deployment: &Deployment, error: &Diagnosis, serves: bool) {
        self.keep_log(deployment);
        self.of(deployment, |record| {
            record.state = ProvisioningState::Failed;
            record.error = Some(error.clone());
        });
        let (endpoint, name) = (deployment.endpoint.clone(), deployment.name.clone());
        self.events.say(EventKind::DeploymentFailed { endpoint, deployment: name, error: error.clone() });
        if serves {
            self.say_all(vec![still_serves(deployment)]);
        }
    }

    /// `logs` can still show why it failed after everything is gone.
    fn keep_log(&self, deployment: &Deployment) {
        let text = self.of(deployment, |record| {
            let failed = record.instances.values().filter(|instance| instance.state == InstanceState::Failed);
            failed.map(|instance| instance.log.text()).collect::<Vec<_>>().join("\n")
        });
        let path = self.failed_log(deployment);
        if let (Some(text), Some(folder)) = (text.filter(|text| !text.is_empty()), path.parent()) {
            // A log that cannot be kept must not hide the failure it explains.
            let _ = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text));
        }
    }

    /// No container came of it: `logs` shows this instead. `None`: it cannot be written.
    pub fn keep_build_log(&self, deployment: &Deployment, log: &[String]) -> Option<PathBuf> {
        let path = self.failed_log(deployment);
        std::fs::create_dir_all(path.parent()?).and_then(|()| std::fs::write(&path, log.join("\n") + "\n")).ok()?;
        Some(path)
    }

    fn failed_log(&self, deployment: &Deployment) -> PathBuf {
        self.folders.failed_logs.join(deployment.endpoint.as_str()).join(format!("{}.log", deployment.name))
    }

    fn of<R>(&self, deployment: &Deployment, change: impl FnOnce(&mut DeploymentRecord) -> R) -> Option<R> {
        self.store.change(|state| state.deployment(&deployment.endpoint, &deployment.name).map(change))
    }
}

fn created(wanted: &Wanted) -> DeploymentRecord {
    DeploymentRecord {
        desired: (*wanted.deployment).clone(),
        signature: wanted.signature.whole.clone(),
        serving: None,
        state: ProvisioningState::Creating,
        error: None,
        instances: BTreeMap::new(),
        faults: vec![],
    }
}
