//! One instance: started or taken over, ready, serving, ended; and again, as often as Azure would.

use crate::adopt::Orphan;
use crate::context::Context;
use crate::explain::Ended;
use crate::log::Log;
use crate::plan::{InstancePlan, Routes, launch};
use crate::platform::CONTAINER;
use crate::prepare::Prepared;
use crate::start_check;
use crate::stop::Stop;
use diagnosis::{Diagnosis, plan as rows};
use engine::{EngineError, InstanceHandle, Launch, PortUse, Started};
use model::{Deployment, InstanceId, InstanceState, Probe, TimeScale};
use semantics::probe;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{oneshot, watch};

/// How long a taken-over instance may keep its answer back, beside the request it may be working on.
const STILL_ALIVE: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub struct Instance {
    pub context: Arc<Context>,
    pub deployment: Arc<Deployment>,
    pub prepared: Prepared,
    pub id: InstanceId,
    pub signature: String,
    pub launcher: PathBuf,
    pub probes: watch::Receiver<Probes>,
    /// What it begins with instead of a start.
    pub orphan: Option<Orphan>,
    pub stop: Stop,
    pub log: Arc<Log>,
}

/// May change while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probes {
    pub startup: Option<Probe>,
    pub liveness: Probe,
    pub readiness: Probe,
    /// Applied where they are used: what is judged of them is judged on Azure's clock.
    pub scale: TimeScale,
}

impl Probes {
    pub fn of(deployment: &Deployment, scale: TimeScale) -> Self {
        Self {
            startup: deployment.startup_probe.clone(),
            liveness: deployment.liveness_probe.clone(),
            readiness: deployment.readiness_probe.clone(),
            scale,
        }
    }
}

/// Tells once whether the instance came up.
pub type FirstReady = oneshot::Sender<Result<(), Diagnosis>>;

pub enum End {
    Stopped,
    Died(Diagnosis),
}

/// What runs in one life of the instance.
#[derive(Debug)]
pub struct Running {
    pub started: Started,
    /// It ran before this emulator did.
    pub adopted: bool,
}

impl Instance {
    /// Runs until it is stopped, or until its first start fails. `speaks`: for all that start with it.
    pub async fn run(mut self, first: FirstReady, speaks: bool) {
        let mut first = Some(first);
        let (mut restarts, mut crashes) = (self.orphan.as_ref().map_or(0, Orphan::restarts), 0);
        loop {
            let since = Instant::now();
            match self.live(restarts, &mut first, speaks).await {
                End::Stopped => return,
                End::Died(diagnosis) => match (self.context.blamed(&self.id, diagnosis), first.take()) {
                    (diagnosis, Some(first)) => {
                        let _ = first.send(Err(diagnosis));
                        return;
                    }
                    (diagnosis, None) => self.context.say_all(vec![diagnosis]),
                },
            }
            if self.stop.leaves() {
                return;
            }
            restarts += 1;
            crashes = probe::crashes(crashes, u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX));
            let pause = Duration::from_millis(probe::delay_ms(crashes)) / self.probes.borrow().scale.times();
            if !pause.is_zero() {
                self.context.happened(&self.id, probe::back_off());
            }
            let detail = format!("restart {restarts} in {} s", pause.as_secs());
            self.context.changed(&self.id, InstanceState::Restarting, detail);
            tokio::select! {
                () = self.stop.asked() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn live(&mut self, restarts: u32, first: &mut Option<FirstReady>, speaks: bool) -> End {
        let running = match self.adopt().await {
            Some(running) => running,
            None => match self.start(restarts, first.is_some(), speaks).await {
                Ok(Some(started)) => Running { started, adopted: false },
                Ok(None) => return End::Stopped,
                Err(error) => return End::Died(crate::explain::engine_error(&self.deployment, error)),
            },
        };
        self.record(&running.started, restarts);
        self.began(running.adopted);
        let end = self.serve(&running, first).await;
        self.gone();
        if matches!(end, End::Stopped) {
            self.context.happened(&self.id, probe::killing_stop(CONTAINER));
        }
        self.clean_up(&running.started.handle).await;
        end
    }

    /// The instance that a killed emulator left, if it still answers.
    async fn adopt(&mut self) -> Option<Running> {
        let orphan = self.orphan.take()?;
        let routes = Routes::of(&self.deployment);
        let handle = &orphan.found.handle;
        let attached = orphan.engine.attach(handle, &crate::plan::ports(&routes)).await.ok();
        let patience = self.deployment.request_settings.request_timeout + STILL_ALIVE;
        if let Some((started, at)) = attached.and_then(|it| address(&it, PortUse::Readiness).map(|at| (it, at)))
            && tokio::time::timeout(patience, start_check::ready(at, &routes.readiness.path)).await.is_ok()
        {
            let message = format!("{}: ran on after its emulator was killed, and serves on", self.id);
            self.context.say_all(vec![Diagnosis::note(rows::INSTANCE_ADOPTED, message)]);
            return Some(Running { started, adopted: true });
        }
        self.context.progress(&self.deployment.name, format!("{} does not answer any more: started anew", self.id));
        self.clean_up(handle).await;
        None
    }

    /// `None`: stopped before the engine was there. Only a restart waits for an engine that is away.
    async fn start(&self, restarts: u32, first: bool, speaks: bool) -> Result<Option<Started>, EngineError> {
        let (launch, rule, notes) = self.launch(restarts);
        if first && speaks {
            self.context.say_all(notes);
            self.context.progress(&self.deployment.name, format!("{} starts {rule}", self.prepared.name));
        }
        loop {
            match self.prepared.engine.start(&launch).await {
                Err(EngineError::Unavailable(why)) if !first => tokio::select! {
                    () = self.stop.asked() => return Ok(None),
                    () = self.context.until_back(&self.prepared.engine, &why) => {}
                },
                started => {
                    let started = started?;
                    self.context.say_all(crate::plan::copied(&self.deployment, &started.copied).into_iter().collect());
                    return Ok(Some(started));
                }
            }
        }
    }

    /// What cannot be stopped is removed all the same; what cannot be removed, the next sweep finds by its labels.
    async fn clean_up(&self, handle: &InstanceHandle) {
        let engine = &self.prepared.engine;
        let _ = engine.stop(handle, self.stop.grace()).await;
        while let Err(error) = engine.remove(handle).await {
            let EngineError::Unavailable(why) = &error else {
                return self.context.say_all(vec![crate::explain::engine_error(&self.deployment, error)]);
            };
            tokio::select! {
                biased;
                () = self.stop.asked() => {
                    return self.context.say_all(vec![crate::explain::engine_error(&self.deployment, error)]);
                }
                () = self.context.until_back(engine, why) => {}
            }
        }
    }

    fn launch(&self, restarts: u32) -> (Launch, &'static str, Vec<Diagnosis>) {
        let unique = uuid::Uuid::new_v4().simple().to_string();
        let project = &self.context.project.id[..8];
        let name = format!(
            "local-endpoint-{project}-{}-{}-{}-{}",
            self.id.endpoint,
            self.id.deployment,
            self.id.number,
            &unique[..4]
        );
        launch(&InstancePlan {
            deployment: &self.deployment,
            id: &self.id,
            base: &self.prepared.base,
            conda_environment: self.prepared.conda_environment,
            kind: self.prepared.kind,
            private_root: self.context.folders.run.join(&name),
            name,
            labels: self.context.project.instance_labels(&self.id, &self.signature, restarts),
            launcher: &self.launcher,
            limits: self.prepared.limits,
            gpus: self.prepared.gpus,
        })
    }

    pub fn ended(&self, since: u64) -> Ended<'_> {
        let limit = self.prepared.limits.map(|limits| limits.memory_bytes);
        Ended { deployment: &self.deployment, id: &self.id, log: &self.log, since, until: None, limit }
    }
}

/// The port of this use, or the scoring port where it has none of its own.
pub fn address(started: &Started, port: PortUse) -> Option<SocketAddr> {
    started.addresses.get(&port).or_else(|| started.addresses.get(&PortUse::Serve)).copied()
}
