//! One instance: started, ready, serving, ended; and again, as often as Azure would.

use crate::context::Context;
use crate::explain::Ended;
use crate::log::Log;
use crate::plan::{InstancePlan, Routes, launch};
use crate::prepare::Prepared;
use crate::probing::{self, Probed, Target};
use crate::start_check;
use crate::stop::Stop;
use diagnosis::Diagnosis;
use engine::{Exit, Launch, PortUse, Started};
use futures_util::{FutureExt, StreamExt};
use model::{Deployment, EventKind, InstanceId, InstanceState};
use semantics::probe;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

#[derive(Debug)]
pub struct Instance {
    pub context: Arc<Context>,
    pub deployment: Arc<Deployment>,
    pub prepared: Prepared,
    pub id: InstanceId,
    pub signature: String,
    pub launcher: PathBuf,
    pub stop: Stop,
    pub log: Arc<Log>,
}

/// Tells once whether the instance came up.
pub type FirstReady = oneshot::Sender<Result<(), Diagnosis>>;

enum End {
    Stopped,
    Died(Diagnosis),
}

impl Instance {
    /// Runs until it is stopped, or until its first start fails.
    pub async fn run(self, first: FirstReady) {
        let mut first = Some(first);
        let (mut restarts, mut crashes) = (0, 0);
        loop {
            let since = Instant::now();
            match self.live(restarts, &mut first).await {
                End::Stopped => return,
                End::Died(diagnosis) => match first.take() {
                    Some(first) => {
                        let _ = first.send(Err(diagnosis));
                        return;
                    }
                    None => self.context.say_all(vec![diagnosis]),
                },
            }
            restarts += 1;
            crashes = probe::crashes(crashes, u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX));
            let pause = Duration::from_millis(probe::delay_ms(crashes));
            self.changed(InstanceState::Restarting, format!("restart {restarts} in {} s", pause.as_secs()));
            tokio::select! {
                _ = self.stop.asked() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn live(&self, restarts: u32, first: &mut Option<FirstReady>) -> End {
        let (launch, rule, notes) = self.launch();
        if first.is_some() && self.id.number == 0 {
            self.context.say_all(notes);
            self.context.progress(&self.deployment.name, format!("{} starts {rule}", self.prepared.name));
        }
        let started = match self.prepared.engine.start(&launch).await {
            Ok(started) => started,
            Err(error) => return End::Died(crate::explain::engine_error(&self.deployment, error)),
        };
        self.record(&started, restarts);
        let end = self.serve(&started, first).await;
        self.gone();
        // What cannot be stopped is removed all the same; what cannot be removed, the next sweep finds by its labels.
        let _ = self.prepared.engine.stop(&started.handle, self.stop.grace()).await;
        if let Err(error) = self.prepared.engine.remove(&started.handle).await {
            self.context.say_all(vec![crate::explain::engine_error(&self.deployment, error)]);
        }
        end
    }

    /// From the start of the program to its end, raced against being stopped.
    async fn serve(&self, started: &Started, first: &mut Option<FirstReady>) -> End {
        let (began, mark) = (Instant::now(), self.log.count());
        let ended = self.ended(mark);
        let routes = Routes::of(&self.deployment);
        let (Some(readiness), Some(liveness)) =
            (address(started, PortUse::Readiness), address(started, PortUse::Liveness))
        else {
            return End::Died(Diagnosis::error(diagnosis::engine::ENGINE_FAILED, "the engine gave no address"));
        };
        let (pump, exit) = (self.pump(started).fuse(), self.exit(started));
        let liveness = Target { address: liveness, route: &routes.liveness };
        let alive = probing::liveness(&self.context, &self.id, &self.deployment, liveness);
        tokio::pin!(pump, exit, alive);
        let up = start_check::ready(readiness, &routes.readiness.path);
        tokio::select! {
            biased;
            _ = self.stop.asked() => return End::Stopped,
            exit = drained(&mut pump, &mut exit) => return End::Died(ended.exited(Some(&exit))),
            () = probing::boot_loop(&self.log, mark) => return End::Died(ended.exited(None)),
            failed = &mut alive => return End::Died(ended.never_ready(began.elapsed(), &failed)),
            _ = up => self.ready(began, first.is_some()),
        }
        if let Some(first) = first.take() {
            let _ = first.send(Ok(()));
        }
        let readiness = Target { address: readiness, route: &routes.readiness };
        let ready =
            probing::readiness(&self.context, &self.id, &self.deployment, (readiness, began.into()), |probed| {
                self.probed(probed)
            });
        tokio::select! {
            biased;
            _ = self.stop.asked() => End::Stopped,
            exit = drained(&mut pump, &mut exit) => End::Died(ended.exited(Some(&exit))),
            failed = &mut alive => End::Died(ended.not_alive(&failed)),
            never = ready => match never {},
        }
    }

    fn launch(&self) -> (Launch, &'static str, Vec<Diagnosis>) {
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
            labels: self.context.project.instance_labels(&self.id, &self.signature),
            launcher: &self.launcher,
        })
    }

    fn ended(&self, since: u64) -> Ended<'_> {
        Ended { deployment: &self.deployment, id: &self.id, log: &self.log, since }
    }

    async fn exit(&self, started: &Started) -> Exit {
        match self.prepared.engine.wait(&started.handle).await {
            Ok(exit) => exit,
            Err(error) => Exit { code: -1, out_of_memory: false, error: error.to_string() },
        }
    }

    /// Every line of the program's output, to the log and to whoever listens; ends with the program.
    async fn pump(&self, started: &Started) {
        let source = engine::LogSource { tail: None, follow: true };
        let Ok(mut lines) = self.prepared.engine.logs(&started.handle, source).await else { return };
        while let Some(line) = lines.next().await {
            self.log.push(line.text.clone());
            self.context.events.say(EventKind::Log { instance: self.id.clone(), line: line.text });
        }
    }

    fn record(&self, started: &Started, restarts: u32) {
        let address = address(started, PortUse::Serve);
        self.context.store.change(|state| {
            state.generation += 1;
            let generation = state.generation;
            if let Some(record) = state.instance(&self.id) {
                record.handle = Some(started.handle.clone());
                (record.address, record.restarts, record.generation) = (address, restarts, generation);
            }
        });
        self.changed(InstanceState::Starting, String::new());
    }

    /// The first time the deployment's own event tells how long it took.
    fn ready(&self, began: Instant, first: bool) {
        self.set_ready(true);
        let detail = if first { String::new() } else { format!("after {} ms", began.elapsed().as_millis()) };
        self.changed(InstanceState::Ready, detail);
    }

    fn probed(&self, probed: Probed) {
        match probed {
            Probed::Ready => {
                self.set_ready(true);
                self.changed(InstanceState::Ready, "the readiness probe succeeds again".to_owned());
            }
            Probed::Unready(why) => {
                self.set_ready(false);
                self.changed(InstanceState::Unready, why);
            }
        }
    }

    fn gone(&self) {
        self.context.store.change(|state| {
            if let Some(record) = state.instance(&self.id) {
                (record.ready, record.address, record.handle) = (false, None, None);
            }
        });
    }

    fn set_ready(&self, ready: bool) {
        self.context.store.change(|state| {
            if let Some(record) = state.instance(&self.id) {
                record.ready = ready;
            }
        });
    }

    fn changed(&self, state: InstanceState, detail: String) {
        self.context.store.change(|store| {
            if let Some(record) = store.instance(&self.id) {
                record.state = state;
            }
        });
        self.context.events.say(EventKind::InstanceChanged { instance: self.id.clone(), state, detail });
    }
}

/// The exit, once the output that explains it has been read to its end.
async fn drained(
    pump: &mut (impl Future<Output = ()> + Unpin),
    exit: &mut (impl Future<Output = Exit> + Unpin),
) -> Exit {
    tokio::select! {
        () = &mut *pump => exit.await,
        exit = &mut *exit => {
            // An engine that never ends the log must not hide the exit.
            let _ = tokio::time::timeout(Duration::from_secs(2), pump).await;
            exit
        }
    }
}

/// The port of this use, or the scoring port where it has none of its own.
fn address(started: &Started, port: PortUse) -> Option<std::net::SocketAddr> {
    started.addresses.get(&port).or_else(|| started.addresses.get(&PortUse::Serve)).copied()
}
