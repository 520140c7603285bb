//! The instances of one version of a deployment: what is launched for all of them, and a task for each.

use crate::adopt::Orphan;
use crate::context::Context;
use crate::debugpy;
use crate::generation::{Kept, Request};
use crate::instance::{Instance, Probes};
use crate::launcher;
use crate::lock;
use crate::log::Log;
use crate::plan::{self, Launcher, Signature};
use crate::prepare::{Prepared, prepare};
use crate::stop::{Stop, Stopper};
use crate::storage::{self, Storage};
use diagnosis::Diagnosis;
use model::{Deployment, InstanceId, RunOptions};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// What a put asks for.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub deployment: Arc<Deployment>,
    pub signature: Signature,
    pub options: RunOptions,
    /// `None`: somebody asks for it.
    pub changed: Option<Changed>,
    /// Autoscale asks for it: no operation of ARM's.
    pub autoscaled: bool,
}

/// Files of a deployment that changed while it was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// When it was seen.
    pub at: Instant,
    /// For people, the first of them.
    pub files: Vec<String>,
}

impl Wanted {
    /// How many instances run; the 429 arithmetic has its own number.
    pub fn count(&self) -> usize {
        if plan::is_debugged(&self.deployment, &self.options) {
            return 1;
        }
        let count = self.options.instances.unwrap_or(self.deployment.instance_count).max(1);
        usize::try_from(count).unwrap_or(usize::MAX)
    }
}

#[derive(Debug)]
pub struct Version {
    /// Of what was put: instances of an equal one need not be replaced.
    pub signature: Signature,
    pub deployment: Arc<Deployment>,
    prepared: Prepared,
    storage: Arc<Storage>,
    launcher: Launcher,
    probes: watch::Sender<Probes>,
    members: BTreeMap<u32, Member>,
}

/// One instance's task, and the means to end it.
#[derive(Debug)]
pub struct Member {
    pub id: InstanceId,
    pub stopper: Stopper,
    pub request_timeout: Duration,
    requests: mpsc::Sender<Request>,
    task: JoinHandle<()>,
}

impl Member {
    /// Gives it the code as it is now.
    pub async fn renew(&self) -> Result<(), Kept> {
        let (request, answer) = oneshot::channel();
        let gone = || Kept::Elsewhere("it has ended".into());
        self.requests.send(request).await.map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

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
        let storage = storage::bring(context, &wanted.deployment, &wanted.options).await?;
        let prepared = prepare(context, &wanted.deployment, &wanted.options).await?;
        storage.landed(context, &wanted.deployment, &prepared)?;
        lock::kept(context, &wanted.deployment, &wanted.options, &prepared).await?;
        let debugpy = debugpy::fetched(context, &wanted.deployment, &wanted.options).await?;
        let hosted = wanted.options.watches() || debugpy.is_some();
        let launcher = launched_with(&context.folders.cache, &wanted.deployment, hosted);
        let launcher = Launcher { debugpy, ..launcher.map_err(|error| unwritable(context, &error))? };
        Ok(Self {
            signature: wanted.signature.clone(),
            deployment: wanted.deployment.clone(),
            prepared,
            storage: Arc::new(storage),
            launcher,
            probes: watch::Sender::new(Probes::of(&wanted.deployment, wanted.options.time_scale)),
            members: BTreeMap::new(),
        })
    }

    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// What it is made of, for who asks while it runs.
    pub async fn lock(&self, context: &Context, wanted: &Wanted) -> Result<(), Diagnosis> {
        lock::kept(context, &wanted.deployment, &wanted.options, &self.prepared).await
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
        // One at a time: whoever asks waits for the answer.
        let (requests, asked) = mpsc::channel(1);
        let instance = self.instance(context, &id, orphan, (stop, asked));
        let task = tokio::spawn(instance.run(first, first_of_all));
        let request_timeout = self.deployment.request_settings.request_timeout;
        self.members.insert(number, Member { id, stopper, request_timeout, requests, task });
        answer
    }

    fn instance(
        &self,
        context: &Arc<Context>,
        id: &InstanceId,
        orphan: Option<Orphan>,
        (stop, requests): (Stop, mpsc::Receiver<Request>),
    ) -> Instance {
        let log = Arc::new(Log::default());
        context.started(id, &self.prepared, (&self.signature.instance, &log));
        Instance {
            context: context.clone(),
            deployment: self.deployment.clone(),
            prepared: self.prepared.clone(),
            storage: self.storage.clone(),
            id: id.clone(),
            signature: self.signature.instance.clone(),
            launcher: self.launcher.clone(),
            probes: self.probes.subscribe(),
            orphan,
            stop,
            log,
            requests: requests.into(),
        }
    }

    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
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

fn launched_with(cache: &Path, deployment: &Deployment, hosted: bool) -> std::io::Result<Launcher> {
    let collector = launcher::place_collector(cache, deployment)?;
    Ok(Launcher { collector, ..launcher::place(cache, hosted)? })
}

fn unwritable(context: &Context, error: &std::io::Error) -> Diagnosis {
    if error.kind() == std::io::ErrorKind::StorageFull {
        let message = format!("no space left below {}", context.folders.cache.display());
        return Diagnosis::error(diagnosis::engine::DISK_FULL, message);
    }
    let message = format!("{} cannot be written: {error}", context.folders.cache.display());
    Diagnosis::error(diagnosis::local::STATE_UNWRITABLE, message)
}
