//! What an operation writes down, step by step.

use crate::context::Context;
use crate::log::Log;
use crate::operation::still_serves;
use crate::plan::Signature;
use crate::prepare::Prepared;
use crate::store::{DeploymentRecord, InstanceRecord};
use crate::version::{Member, Wanted};
use diagnosis::Diagnosis;
use engine::Mount;
use model::{Deployment, EventKind, InstanceId, InstanceState, ProvisioningState, ScaleSettings};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What the names of kept logs end with, behind the deployment's.
const INFERENCE_SERVER: &str = ".log";
const STORAGE_INITIALIZER: &str = ".storage-initializer.log";

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
            before: None,
            address: None,
            debug: None,
            handle: None,
            image: prepared.base.name.clone(),
            engine: prepared.kind,
            runs_on: prepared.engine.clone(),
            injected: None,
            took: None,
            installing: prepared.installing,
            failing: BTreeMap::new(),
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

    /// How many autoscale has brought: an update keeps them, as far as its own bounds let it.
    pub fn autoscaled(&self, deployment: &Deployment) -> Option<u32> {
        let Some(ScaleSettings::TargetUtilization { min_instances, max_instances, .. }) = deployment.scale_settings
        else {
            return None;
        };
        let running = self.store.read(|state| {
            let records = &state.endpoints.get(&deployment.endpoint)?.deployments;
            let serves =
                |record: &&DeploymentRecord| record.desired.name == deployment.name && record.serving.is_some();
            records.iter().find(serves).map(DeploymentRecord::running)
        })?;
        Some(u32::try_from(running).unwrap_or(u32::MAX).clamp(min_instances, max_instances.max(min_instances)))
    }

    /// They are out of the fleet from now on.
    pub fn leave(&self, members: &[Member]) {
        self.store.change(|state| {
            for member in members {
                state.instance(&member.id).into_iter().for_each(|instance| instance.leaves = true);
            }
        });
    }

    /// It has been ready in this life of it.
    pub fn is_up(&self, id: &InstanceId) -> bool {
        let up = |record: &mut InstanceRecord| matches!(record.state, InstanceState::Ready | InstanceState::Unready);
        self.store.change(|state| state.instance(id).is_some_and(up))
    }

    pub fn is_ready(&self, deployment: &Deployment) -> bool {
        self.of(deployment, |record| record.current().any(|instance| instance.ready)).unwrap_or_default()
    }

    /// What an environment is made for; `None`: it is there, or given up.
    pub fn prepares(&self, deployment: &Deployment, signature: Option<&Signature>) {
        self.of(deployment, |record| record.preparing = signature.map(|signature| signature.besides_code.clone()));
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
                if matches!(state, InstanceState::Starting | InstanceState::Restarting) {
                    record.failing.clear();
                }
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

    /// The storage initializer's log, and what came of it.
    pub fn stored(&self, deployment: &Deployment, lines: Vec<String>, mounts: &[Mount]) {
        self.of(deployment, |record| {
            record.storage = lines;
            record.mounts = mounts.to_vec();
        });
    }

    /// What serves is of this version from now on: its instances have new code.
    pub fn renewed(&self, deployment: &Deployment, version: &str) {
        self.of(deployment, |record| {
            let serving = record.serving.replace(version.to_owned());
            for instance in record.instances.values_mut().filter(|it| serving.as_ref() == Some(&it.version)) {
                version.clone_into(&mut instance.version);
            }
        });
    }

    /// `renewed`: the instances that were there have new code.
    pub fn succeeded(&self, wanted: &Wanted, took: Duration, renewed: bool) {
        let deployment = &wanted.deployment;
        self.of(deployment, |record| (record.state, record.error) = (ProvisioningState::Succeeded, None));
        // The logs of an earlier failure would pass for this one's.
        for log in [INFERENCE_SERVER, STORAGE_INITIALIZER] {
            let _ = std::fs::remove_file(self.failed_log(deployment, log));
        }
        let (endpoint, name) = (deployment.endpoint.clone(), deployment.name.clone());
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        self.events.say(match renewed {
            true => {
                let files = wanted.changed.as_ref().map(|changed| changed.files.clone()).unwrap_or_default();
                EventKind::DeploymentReloaded { endpoint, deployment: name, milliseconds, files }
            }
            false => EventKind::DeploymentReady { endpoint, deployment: name, milliseconds },
        });
    }

    /// The number is not the one that autoscale wanted; what serves is as it was, and it is tried again.
    pub fn not_scaled(&self, wanted: &Wanted, error: &Diagnosis) {
        self.becomes(&wanted.deployment, ProvisioningState::Succeeded);
        self.say_all(vec![error.clone()]);
    }

    /// As ARM's provisioning state, it is that of the last operation, whatever serves (inferred for these resources).
    pub fn failed(&self, wanted: &Wanted, error: &Diagnosis, serves: bool) {
        let deployment = &wanted.deployment;
        self.keep_log(deployment);
        self.of(deployment, |record| {
            record.state = ProvisioningState::Failed;
            record.error = Some(error.clone());
        });
        let (endpoint, name) = (deployment.endpoint.clone(), deployment.name.clone());
        self.events.say(EventKind::DeploymentFailed { endpoint, deployment: name, error: error.clone() });
        if serves {
            self.say_all(vec![still_serves(wanted)]);
        }
    }

    /// `logs` can still show why it failed after everything is gone.
    fn keep_log(&self, deployment: &Deployment) {
        let texts = self.of(deployment, |record| {
            let failed = record.instances.values().filter(|instance| instance.state == InstanceState::Failed);
            let server = failed.map(|instance| instance.log.text()).collect::<Vec<_>>().join("\n");
            [(INFERENCE_SERVER, server), (STORAGE_INITIALIZER, record.storage.join("\n"))]
        });
        for (log, text) in texts.into_iter().flatten().filter(|(_, text)| !text.is_empty()) {
            // A log that cannot be kept must not hide the failure it explains.
            let _ = self.keep(deployment, log, &text);
        }
    }

    /// No container came of it: `logs` shows this instead. `None`: it cannot be written.
    pub fn keep_build_log(&self, deployment: &Deployment, log: &[String]) -> Option<PathBuf> {
        self.keep(deployment, INFERENCE_SERVER, &(log.join("\n") + "\n")).ok()
    }

    fn keep(&self, deployment: &Deployment, log: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.failed_log(deployment, log);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(&path, text)?;
        Ok(path)
    }

    fn failed_log(&self, deployment: &Deployment, log: &str) -> PathBuf {
        self.folders.failed_logs.join(deployment.endpoint.as_str()).join(format!("{}{log}", deployment.name))
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
        preparing: None,
        error: None,
        instances: BTreeMap::new(),
        storage: vec![],
        mounts: vec![],
        faults: vec![],
        attached: false,
    }
}
