//! One deployment brought up: its environment, then all its instances at once.

use crate::context::Context;
use crate::instance::Instance;
use crate::log::Log;
use crate::prepare::{Prepared, prepare};
use crate::stop::{Stop, Stopper};
use crate::store::InstanceRecord;
use diagnosis::Diagnosis;
use model::{Deployment, EventKind, InstanceId, InstanceState, ProvisioningState, RunOptions};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinSet;

/// A deployment under way or serving: the tasks of its instances and the means to end them.
#[derive(Debug)]
pub struct Running {
    stopper: Stopper,
    stop: Stop,
    instances: Mutex<JoinSet<()>>,
}

impl Running {
    pub fn new() -> Self {
        let (stopper, stop) = Stopper::new();
        Self { stopper, stop, instances: Mutex::default() }
    }

    /// Stops every instance and waits until all are gone.
    pub async fn stop(&self, grace: Duration) {
        self.stopper.stop(grace);
        let mut instances = self.instances.lock().await;
        while instances.join_next().await.is_some() {}
    }

    /// Resolves once every instance has come up, or with the first failure; then nothing of it runs any more.
    pub async fn bring_up(
        &self,
        context: &Arc<Context>,
        deployment: Arc<Deployment>,
        signature: &str,
        options: &RunOptions,
    ) -> Result<(), Diagnosis> {
        let began = Instant::now();
        let result = tokio::select! {
            biased;
            _ = self.stop.asked() => Err(canceled(&deployment)),
            result = self.start(context, &deployment, signature, options) => result,
        };
        // What is given up has a successor under its name, or is deleted: the record is not its own any more.
        let given_up = self.stop.is_asked();
        match &result {
            Ok(()) if given_up => {}
            Ok(()) => context.succeeded(&deployment, began.elapsed()),
            Err(error) => {
                self.stop(Duration::ZERO).await;
                if !given_up {
                    keep_log(context, &deployment);
                    context.failed(&deployment, error);
                }
            }
        }
        result
    }

    async fn start(
        &self,
        context: &Arc<Context>,
        deployment: &Arc<Deployment>,
        signature: &str,
        options: &RunOptions,
    ) -> Result<(), Diagnosis> {
        let prepared = prepare(context, deployment, options).await?;
        let launcher = crate::launcher::place(&context.folders.cache).map_err(|error| unwritable(context, &error))?;
        let count = options.instances.unwrap_or(deployment.instance_count).max(1);
        let mut first_answers = vec![];
        for number in 0..count {
            let (first, answer) = oneshot::channel();
            let instance = self.instance(context, deployment, &prepared, number, signature, launcher.clone());
            self.instances.lock().await.spawn(instance.run(first));
            first_answers.push(answer);
        }
        futures_util::future::try_join_all(
            first_answers.into_iter().map(async |answer| answer.await.unwrap_or_else(|_| Err(canceled(deployment)))),
        )
        .await
        .map(drop)
    }

    fn instance(
        &self,
        context: &Arc<Context>,
        deployment: &Arc<Deployment>,
        prepared: &Prepared,
        number: u32,
        signature: &str,
        launcher: PathBuf,
    ) -> Instance {
        let (endpoint, name) = (deployment.endpoint.clone(), deployment.name.clone());
        let id = InstanceId { endpoint, deployment: name, number };
        let log = Arc::new(Log::default());
        context.started(&id, prepared, &log);
        Instance {
            context: context.clone(),
            deployment: deployment.clone(),
            prepared: prepared.clone(),
            id,
            signature: signature.to_owned(),
            launcher,
            stop: self.stop.clone(),
            log,
        }
    }
}

fn canceled(deployment: &Deployment) -> Diagnosis {
    Diagnosis::error(diagnosis::start::OPERATION_CANCELED, format!("{}: the start was given up", deployment.name))
}

fn unwritable(context: &Context, error: &std::io::Error) -> Diagnosis {
    let message = format!("{} cannot be written: {error}", context.folders.cache.display());
    Diagnosis::error(diagnosis::local::STATE_UNWRITABLE, message)
}

/// `logs` can still show why it failed after everything is gone.
fn keep_log(context: &Context, deployment: &Deployment) {
    let text = context.store.change(|state| {
        let record = state.deployment(&deployment.endpoint, &deployment.name)?;
        Some(record.instances.values().map(|instance| instance.log.text()).collect::<Vec<_>>().join("\n"))
    });
    let path = context.failed_log(&deployment.endpoint, &deployment.name);
    if let (Some(text), Some(folder)) = (text.filter(|text| !text.is_empty()), path.parent()) {
        // A log that cannot be kept must not hide the failure it explains.
        let _ = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text));
    }
}

impl Context {
    fn started(&self, id: &InstanceId, prepared: &Prepared, log: &Arc<Log>) {
        let record = InstanceRecord {
            id: id.clone(),
            state: InstanceState::Starting,
            ready: false,
            restarts: 0,
            generation: 0,
            address: None,
            handle: None,
            image: prepared.base.name.clone(),
            engine: prepared.kind,
            log: log.clone(),
        };
        self.store.change(|state| {
            if let Some(deployment) = state.deployment(&id.endpoint, &id.deployment) {
                deployment.instances.insert(id.number, record);
            }
        });
    }

    fn succeeded(&self, deployment: &Deployment, took: Duration) {
        self.store.change(|state| {
            if let Some(record) = state.deployment(&deployment.endpoint, &deployment.name) {
                (record.state, record.error) = (ProvisioningState::Succeeded, None);
            }
        });
        // The log of an earlier failure would pass for this one's.
        let _ = std::fs::remove_file(self.failed_log(&deployment.endpoint, &deployment.name));
        let (endpoint, name) = (deployment.endpoint.clone(), deployment.name.clone());
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        self.events.say(EventKind::DeploymentReady { endpoint, deployment: name, milliseconds });
    }

    fn failed(&self, deployment: &Deployment, error: &Diagnosis) {
        self.store.change(|state| {
            if let Some(record) = state.deployment(&deployment.endpoint, &deployment.name) {
                record.state = ProvisioningState::Failed;
                record.error = Some(error.clone());
                for instance in record.instances.values_mut() {
                    instance.state = InstanceState::Failed;
                }
            }
        });
        let (endpoint, name) = (deployment.endpoint.clone(), deployment.name.clone());
        self.events.say(EventKind::DeploymentFailed { endpoint, deployment: name, error: error.clone() });
    }

    pub fn failed_log(&self, endpoint: &model::EndpointName, deployment: &model::DeploymentName) -> PathBuf {
        self.folders.failed_logs.join(endpoint.as_str()).join(format!("{deployment}.log"))
    }
}
