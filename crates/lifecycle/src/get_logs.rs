//! `get-logs`: what is known of one instance, as Azure prints it; and what was brought into it before it started.

use crate::lifecycle::Lifecycle;
use crate::platform::Happened;
use crate::store::{DeploymentRecord, InstanceRecord};
use diagnosis::{Diagnosis, local};
use jiff::{Timestamp, Unit};
use model::{DeploymentName, EndpointName, InstanceState, ProvisioningState};
use semantics::get_logs::{self as rules, NONE, Start, UNAVAILABLE};

impl Lifecycle {
    /// Of the one instance that Azure would choose, too: any. `last`: lines of its own.
    ///
    /// # Errors
    /// `DeploymentNotFound`, also where several could be meant.
    pub fn logs_as_azure(
        &self,
        endpoint: &EndpointName,
        deployment: Option<&DeploymentName>,
        last: usize,
    ) -> Result<Vec<String>, Diagnosis> {
        self.of_one(endpoint, deployment, |record| text(record, last))
    }

    /// The log of the storage initializer, which is none of Azure's own words: no sample of one was found.
    ///
    /// # Errors
    /// As above.
    pub fn storage(
        &self,
        endpoint: &EndpointName,
        deployment: Option<&DeploymentName>,
    ) -> Result<Vec<String>, Diagnosis> {
        self.of_one(endpoint, deployment, |record| record.storage.clone())
    }

    fn of_one<R>(
        &self,
        endpoint: &EndpointName,
        deployment: Option<&DeploymentName>,
        read: impl FnOnce(&DeploymentRecord) -> R,
    ) -> Result<R, Diagnosis> {
        self.context.store.read(|state| {
            let known = state.endpoints.get(endpoint).map(|record| record.deployments.as_slice()).unwrap_or_default();
            match deployment {
                Some(name) => known.iter().find(|record| record.desired.name == *name),
                None => known.first().filter(|_| known.len() == 1),
            }
            .map(read)
            .ok_or_else(|| unknown(known, deployment))
        })
    }
}

fn unknown(known: &[DeploymentRecord], wanted: Option<&DeploymentName>) -> Diagnosis {
    let names: Vec<_> = known.iter().map(|record| record.desired.name.as_str()).collect();
    let message = match wanted {
        Some(name) => format!("there is no deployment {name}"),
        None => format!("which deployment? There are {}", names.join(", ")),
    };
    let fault = Diagnosis::error(local::DEPLOYMENT_NOT_FOUND, message);
    match names.first() {
        Some(name) if wanted.is_none() => fault.remedy(format!("add -n {name}")),
        _ => fault,
    }
}

fn text(record: &DeploymentRecord, last: usize) -> Vec<String> {
    if matches!(record.state, ProvisioningState::Creating | ProvisioningState::Deleting) {
        return vec![UNAVAILABLE.into()];
    }
    let chosen = record.current().find(|instance| instance.ready).or_else(|| record.instances.values().next());
    chosen.map_or_else(|| vec![NONE.into()], |instance| of(instance, last))
}

fn of(instance: &InstanceRecord, last: usize) -> Vec<String> {
    let start = match instance.state {
        InstanceState::Ready | InstanceState::Unready | InstanceState::Stopping => Start::Succeeded,
        InstanceState::Starting | InstanceState::Restarting | InstanceState::Failed => Start::InProgress,
    };
    let happened: Vec<_> = instance.happened.iter().map(row).collect();
    let mut lines = rules::head(start, &happened);
    lines.extend(instance.log.tail(last));
    lines
}

fn row(happened: &Happened) -> rules::Happened {
    let (name, message) = (happened.event.name.clone(), happened.event.message.clone());
    rules::Happened { name, message, time: written(happened.time) }
}

/// With microseconds, as there.
fn written(time: Timestamp) -> String {
    time.round(Unit::Microsecond).unwrap_or(time).to_string()
}
