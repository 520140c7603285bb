//! The instances of one version of a deployment: what is launched for all of them, and a task for each.

use crate::adopt::Orphan;
use crate::context::Context;
use crate::instance::{Instance, Probes};
use crate::log::Log;
use crate::prepare::{Prepared, prepare};
use crate::stop::{Stop, Stopper};
use diagnosis::Diagnosis;
use model::{Deployment, InstanceId, RunOptions};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

/// What a put asks for.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub deployment: Arc<Deployment>,
    pub signature: crate::plan::Signature,
    pub options: RunOptions,
}

impl Wanted {
    /// How many instances run; the 429 arithmetic has its own number.
    pub fn count(&self) -> usize {
        let count = self.options.instances.unwrap_or(self.deployment.instance_count).max(1);
        usize::try_from(count).unwrap_or(usize::MAX)
    }
}

#[derive(Debug)]
pub struct Version {
    /// Of an instance: equal ones need not be replaced.
    pub signature: String,
    pub deployment: Arc<Deployment>,
    prepared: Prepared,
    launcher: PathBuf,
    probes: watch::Sender<Probes>,
    members: BTreeMap<u32, Member>,
}

/// One instance's task, and the means to end it.
#[derive(Debug)]
pub struct Member {
    pub id: InstanceId,
    pub stopper: Stopper,
    pub request_timeout: Duration,
    task: JoinHandle<()>,
}

impl Member {
    /// Stops the instance and waits until it is gone.
    pub async fn end(self, grace: Duration) {
        self.stopper.stop(grace);
        // A panic in there was printed where it happened; there is nobody left to stop.
        let _ = self.task.await;
    }
}

/// Tells once whether an instance came up.
pub type FirstAnswer = oneshot::Receiver<Result<(), Diagnosis>>;

impl Version {
    pub async fn prepare(context: &Context, wanted: &Wanted) -> Result<Self, Diagnosis> {
        let prepared = prepare(context, &wanted.deployment, &wanted.options).await?;
        let launcher = crate::launcher::place(&context.folders.cache).map_err(|error| unwritable(context, &error))?;
        Ok(Self {
            signature: wanted.signature.instance.clone(),
            deployment: wanted.deployment.clone(),
            prepared,
            launcher,
            probes: watch::Sender::new(Probes::of(&wanted.deployment, wanted.options.time_scale)),
            members: BTreeMap::new(),
        })
    }

    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// From now on its instances are probed as it says here.
    pub fn probe_as(&mut self, wanted: &Wanted) {
        self.deployment = wanted.deployment.clone();
        let probes = Probes::of(&wanted.deployment, wanted.options.time_scale);
        self.probes.send_if_modified(|current| {
            let changed = *current != probes;
            *current = probes;
            changed
        });
    }

    /// One more instance; `orphan`: one that runs already.
    pub fn start(
        &mut self,
        context: &Arc<Context>,
        number: u32,
        orphan: Option<Orphan>,
        first_of_all: bool,
    ) -> FirstAnswer {
        let id =
            InstanceId { endpoint: self.deployment.endpoint.clone(), deployment: self.deployment.name.clone(), number };
        let ((stopper, stop), (first, answer)) = (Stopper::new(), oneshot::channel());
        let instance = self.instance(context, &id, orphan, stop);
        let task = tokio::spawn(instance.run(first, first_of_all));
        let request_timeout = self.deployment.request_settings.request_timeout;
        self.members.insert(number, Member { id, stopper, request_timeout, task });
        answer
    }

    fn instance(&self, context: &Arc<Context>, id: &InstanceId, orphan: Option<Orphan>, stop: Stop) -> Instance {
        let log = Arc::new(Log::default());
        context.started(id, &self.prepared, (&self.signature, &log));
        Instance {
            context: context.clone(),
            deployment: self.deployment.clone(),
            prepared: self.prepared.clone(),
            id: id.clone(),
            signature: self.signature.clone(),
            launcher: self.launcher.clone(),
            probes: self.probes.subscribe(),
            orphan,
            stop,
            log,
        }
    }

    pub fn take(&mut self, numbers: &[u32]) -> Vec<Member> {
        numbers.iter().filter_map(|number| self.members.remove(number)).collect()
    }

    pub fn into_members(self) -> Vec<Member> {
        self.members.into_values().collect()
    }
}

/// All at once.
pub async fn end(members: Vec<Member>, grace: Duration) {
    futures_util::future::join_all(members.into_iter().map(|member| member.end(grace))).await;
}

fn unwritable(context: &Context, error: &std::io::Error) -> Diagnosis {
    if error.kind() == std::io::ErrorKind::StorageFull {
        let message = format!("no space left below {}", context.folders.cache.display());
        return Diagnosis::error(diagnosis::engine::DISK_FULL, message);
    }
    let message = format!("{} cannot be written: {error}", context.folders.cache.display());
    Diagnosis::error(diagnosis::local::STATE_UNWRITABLE, message)
}
