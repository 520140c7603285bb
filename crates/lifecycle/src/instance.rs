//! One instance: started or taken over, ready, serving, ended; and again, as often as Azure would.

use crate::adopt::Orphan;
use crate::context::{Context, PLAN, label};
use crate::explain::Ended;
use crate::generation::Request;
use crate::host::Host;
use crate::log::Log;
use crate::plan::{InstancePlan, Launcher, Planned, Routes, Sidecar, launch};
use crate::platform::CONTAINER;
use crate::prepare::Prepared;
use crate::start_check;
use crate::stop::Stop;
use crate::storage::Storage;
use diagnosis::{Diagnosis, engine as rows, plan};
use engine::{Engine, EngineError, InstanceHandle, Outward, PortUse, Started};
use model::{Deployment, InstanceId, InstanceState, Probe, TimeScale};
use semantics::probe;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, mpsc, oneshot, watch};

/// How long a taken-over instance may keep its answer back, beside the request it may be working on.
const STILL_ALIVE: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub struct Instance {
    pub context: Arc<Context>,
    pub deployment: Arc<Deployment>,
    pub prepared: Prepared,
    pub storage: Arc<Storage>,
    pub id: InstanceId,
    pub signature: String,
    pub launcher: Launcher,
    pub probes: watch::Receiver<Probes>,
    /// What it begins with instead of a start.
    pub orphan: Option<Orphan>,
    pub stop: Stop,
    pub log: Arc<Log>,
    /// Who asks for new code.
    pub requests: Mutex<mpsc::Receiver<Request>>,
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
    /// Who starts the server anew beside itself; `None`: nobody can.
    pub host: Option<Host>,
}

impl Instance {
    /// Runs until it is stopped, or until its first start fails. `speaks`: for all that start with it.
    pub async fn run(mut self, first: FirstReady, speaks: bool) {
        let mut first = Some(first);
        let (mut restarts, mut crashes) = (self.orphan.as_ref().map_or(0, Orphan::restarts), 0);
        loop {
            let since = Instant::now();
            let ended = match self.live(restarts, &mut first, speaks).await {
                End::Stopped => return,
                End::Died(diagnosis) => self.context.blamed(&self.id, diagnosis),
            };
            // What an engine takes with it has not crashed.
            let own = ended.cause != Some(rows::ENDED_WITH_ENGINE);
            if let Some(first) = first.take() {
                let _ = first.send(Err(ended));
                return;
            }
            self.context.say_all(vec![ended]);
            if self.stop.leaves() {
                return;
            }
            restarts += 1;
            crashes = if own { probe::crashes(crashes, self.on_azures_clock(since.elapsed())) } else { crashes };
            let pause = if own { probe::delay_ms(crashes) } else { 0 };
            if !self.backs_off(restarts, Duration::from_millis(pause)).await {
                return;
            }
        }
    }

    /// In milliseconds.
    fn on_azures_clock(&self, time: Duration) -> u64 {
        let scaled = time * self.probes.borrow().scale.times();
        u64::try_from(scaled.as_millis()).unwrap_or(u64::MAX)
    }

    /// Until it is to be started again; whether it is.
    async fn backs_off(&self, restarts: u32, pause: Duration) -> bool {
        let pause = pause / self.probes.borrow().scale.times();
        if !pause.is_zero() {
            self.context.happened(&self.id, probe::back_off());
        }
        let detail = format!("restart {restarts} in {} s", pause.as_secs());
        self.context.changed(&self.id, InstanceState::Restarting, detail);
        tokio::select! {
            () = self.stop.asked() => false,
            () = tokio::time::sleep(pause) => true,
        }
    }

    async fn live(&mut self, restarts: u32, first: &mut Option<FirstReady>, speaks: bool) -> End {
        let running = match self.adopt().await {
            Some(running) => running,
            None => match self.start(restarts, first.is_some(), speaks).await {
                Ok(Some(running)) => running,
                Ok(None) => return End::Stopped,
                Err(error) => return End::Died(crate::explain::engine_error(&self.deployment, error)),
            },
        };
        self.record(&running.started, restarts);
        self.began(running.adopted);
        let end = self.serve(&running, first).await;
        self.gone();
        // Who asked this life for new code gets it with the next.
        while self.requests.get_mut().try_recv().is_ok() {}
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
            // It knows already what it was told at its start, and that is served again.
            let _ = self.context.sidecar(&self.prepared, &self.id).await;
            let message = format!("{}: ran on after its emulator was killed, and serves on", self.id);
            self.context.say_all(vec![Diagnosis::note(plan::INSTANCE_ADOPTED, message)]);
            return Some(Running { started, adopted: true, host: None });
        }
        self.context.progress(&self.deployment.name, format!("{} does not answer any more: started anew", self.id));
        self.clean_up(handle).await;
        None
    }

    /// `None`: stopped before the engine was there. Only a restart waits for an engine that is away.
    async fn start(&self, restarts: u32, first: bool, speaks: bool) -> Result<Option<Running>, EngineError> {
        let (token, engine) = (uuid::Uuid::new_v4().simple().to_string(), &self.prepared.engine);
        let sidecar = async { Ok(self.context.sidecar(&self.prepared, &self.id).await) };
        let sidecar = self.context.attended(engine, Box::pin(sidecar)).await?;
        let mut planned = self.launch(restarts, &token, sidecar.as_ref());
        if planned.hosted {
            // Never taken over: which code it has, and at which port, is known to this emulator alone.
            planned.launch.labels.remove(&label(PLAN));
        }
        if first && speaks {
            self.context.say_all(planned.notes);
            let closed = if self.prepared.outward == Outward::Open { "" } else { ", without a way out of its network" };
            let what = format!("{} starts {}{closed}", self.prepared.name, planned.rule);
            self.context.progress(&self.deployment.name, what);
        }
        loop {
            match self.context.attended(engine, engine.start(&planned.launch)).await {
                Err(EngineError::Unavailable(why)) if !first => tokio::select! {
                    () = self.stop.asked() => {
                        self.removes_later(&planned.launch.name, why);
                        return Ok(None);
                    }
                    () = self.context.until_back(engine, &why) => removed(engine, &planned.launch.name).await,
                },
                Err(EngineError::Unavailable(why)) => {
                    self.removes_later(&planned.launch.name, why.clone());
                    return Err(EngineError::Unavailable(why));
                }
                started => {
                    let started = started?;
                    self.context.say_all(crate::plan::copied(&self.deployment, &started.copied).into_iter().collect());
                    let address = started.addresses.get(&PortUse::Control).filter(|_| planned.hosted);
                    let host = address.map(|address| Host { address: *address, token });
                    return Ok(Some(Running { started, adopted: false, host }));
                }
            }
        }
    }

    /// An engine that went away while it was asked may have begun, or begin yet. An emulator that ends before it is back
    /// leaves it to the next sweep.
    fn removes_later(&self, name: &str, why: String) {
        let (context, engine, name) = (self.context.clone(), self.prepared.engine.clone(), name.to_owned());
        tokio::spawn(async move {
            context.until_back(&engine, &why).await;
            removed(&engine, &name).await;
        });
    }

    /// What cannot be stopped is removed all the same; what cannot be removed, the next sweep finds by its labels.
    async fn clean_up(&self, handle: &InstanceHandle) {
        let engine = &self.prepared.engine;
        let _ = self.context.attended(engine, engine.stop(handle, self.stop.grace())).await;
        while let Err(error) = self.context.attended(engine, engine.remove(handle)).await {
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

    fn launch(&self, restarts: u32, token: &str, sidecar: Option<&Sidecar>) -> Planned {
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
            mounts: &self.storage.mounts,
            conda_environment: self.prepared.conda_environment,
            kind: self.prepared.kind,
            private_root: self.context.folders.run.join(&name),
            name,
            labels: self.context.project.instance_labels(&self.id, &self.signature, restarts),
            launcher: &self.launcher,
            token,
            limits: self.prepared.limits,
            outward: self.prepared.outward.clone(),
            gpus: self.prepared.gpus,
            sidecar,
        })
    }

    pub fn ended(&self, since: u64) -> Ended<'_> {
        let limit = self.prepared.limits.map(|limits| limits.memory_bytes);
        Ended {
            deployment: &self.deployment,
            mounts: &self.storage.mounts,
            id: &self.id,
            log: &self.log,
            since,
            until: None,
            limit,
            others: &[],
        }
    }
}

/// By its name, which engines take as a handle. What cannot be removed, the next sweep finds.
async fn removed(engine: &Arc<dyn Engine>, name: &str) {
    if let Err(error) = engine.remove(&InstanceHandle(name.to_owned())).await {
        tracing::debug!(%error, name, "what an engine had begun is not removed");
    }
}

/// The port of this use, or the scoring port where it has none of its own.
pub fn address(started: &Started, port: PortUse) -> Option<SocketAddr> {
    started.addresses.get(&port).or_else(|| started.addresses.get(&PortUse::Serve)).copied()
}
