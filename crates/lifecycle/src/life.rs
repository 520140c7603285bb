//! One life of an instance: from its start to its end, raced against being stopped.

use crate::explain::Ended;
use crate::generation::{Fresh, Turn};
use crate::instance::{End, FirstReady, Instance, Probes, Running, address};
use crate::output::{Output, Told};
use crate::plan::Routes;
use crate::probing::{self, Failed, Target, Vital};
use crate::start_check;
use diagnosis::Diagnosis;
use engine::{Memory, PortUse};
use futures_util::future::BoxFuture;
use model::InstanceState;
use semantics::probe::faster;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};

pub struct Life<'a> {
    pub instance: &'a Instance,
    pub running: &'a Running,
    pub routes: Routes,
    /// Where what explains its end begins in the log.
    pub mark: AtomicU64,
    began: Instant,
    /// The startup probe, where there is one.
    passed: watch::Sender<bool>,
    /// New code starts beside the old.
    pub booting: AtomicBool,
    /// Memory ran out meanwhile.
    pub ran_out: Notify,
}

/// What has ended before it had an address is told of within it.
const ENDED: Duration = Duration::from_secs(2);

/// Where what serves is probed.
#[derive(Debug, Clone, Copy)]
struct Probed {
    readiness: SocketAddr,
    liveness: SocketAddr,
}

impl Instance {
    pub async fn serve(&self, running: &Running, first: &mut Option<FirstReady>) -> End {
        let of = |port| address(&running.started, port);
        let (Some(readiness), Some(liveness)) = (of(PortUse::Readiness), of(PortUse::Liveness)) else {
            return self.out_of_reach(running).await;
        };
        let life = Life {
            instance: self,
            running,
            routes: Routes::of(&self.deployment),
            mark: self.log.count().into(),
            began: Instant::now(),
            passed: watch::Sender::new(running.adopted),
            booting: false.into(),
            ran_out: Notify::new(),
        };
        life.run(Probed { readiness, liveness }, first).await
    }
}

impl Instance {
    /// It has ended before it had an address; or there is none.
    async fn out_of_reach(&self, running: &Running) -> End {
        let (mark, mut output) = (self.log.count(), Output::of(self, running));
        tokio::select! {
            biased;
            () = self.stop.asked() => End::Stopped,
            told = tokio::time::timeout(ENDED, output.next()) => End::Died(match told {
                Ok(Told::Ended(gone)) => self.ended(mark).gone(&gone),
                _ => Diagnosis::error(diagnosis::engine::ENGINE_FAILED, "the engine gave no address"),
            }),
        }
    }
}

impl<'a> Life<'a> {
    async fn run(&'a self, at: Probed, first: &mut Option<FirstReady>) -> End {
        let mut output = Output::of(self.instance, self.running);
        // What changes while it starts counts once it serves.
        let mut probes = self.instance.probes.clone();
        probes.mark_unchanged();
        let mut alive = self.alive(at);
        if let Some(end) = self.start(at, (&mut output, &mut alive), first.is_some()).await {
            return end;
        }
        if let Some(first) = first.take() {
            let _ = first.send(Ok(()));
        }
        self.serve((&mut output, probes), alive, at).await
    }

    /// `None` once it is ready.
    async fn start(
        &self,
        at: Probed,
        (output, alive): (&mut Output<'a>, &mut BoxFuture<'a, Failed>),
        first: bool,
    ) -> Option<End> {
        let (ended, scale) = (self.ended(), self.instance.probes.borrow().scale);
        tokio::select! {
            biased;
            () = self.instance.stop.asked() => Some(End::Stopped),
            told = output.next() => Some(End::Died(match told {
                Told::Ended(gone) => ended.gone(&gone),
                Told::RanOut { memory, at } => self.ran_out_in_init(memory, at),
            })),
            () = probing::boot_loop(&self.instance.log, self.mark()) => {
                Some(End::Died(match output.short_of_memory(self.mark()).await {
                    Some((memory, at)) => self.ran_out_in_init(memory, at),
                    None => ended.exited(None),
                }))
            }
            failed = alive => Some(End::Died(ended.never_ready(self.began.elapsed(), scale, &failed))),
            failed = self.never_available(at) => {
                Some(End::Died(ended.never_available(self.began.elapsed(), scale, failed.why())))
            }
            _ = start_check::ready(at.readiness, &self.routes.readiness.path) => {
                self.instance.ready(self.began, first || self.running.adopted);
                if !self.running.adopted {
                    self.instance.judge(self.began.elapsed());
                }
                None
            }
        }
    }

    async fn serve(
        &'a self,
        (output, mut probes): (&mut Output<'a>, watch::Receiver<Probes>),
        mut alive: BoxFuture<'a, Failed>,
        mut at: Probed,
    ) -> End {
        let instance = self.instance;
        let mut ready = self.available(at, self.began);
        let (mut seen, mut turn) = (self.mark(), Turn::FIRST);
        let mut fresh: BoxFuture<'a, Fresh> = Box::pin(self.fresh(turn, None));
        loop {
            tokio::select! {
                biased;
                () = instance.stop.asked() => return End::Stopped,
                told = output.next() => match told {
                    Told::Ended(gone) => return End::Died(self.ended().gone(&gone)),
                    Told::RanOut { .. } if self.booting.load(Relaxed) => self.ran_out.notify_one(),
                    Told::RanOut { memory, .. } => instance.context.say_all(vec![self.ended().ran_out(memory)]),
                },
                () = instance.killed_worker(seen) => {
                    seen = instance.log.count();
                    instance.context.say_all(vec![self.ended().worker_killed()]);
                }
                failed = &mut alive => return End::Died(self.ended().not_alive(&failed)),
                never = &mut ready => match never {},
                Ok(()) = probes.changed() => (alive, ready) = (self.alive(at), self.available(at, Instant::now())),
                Fresh { address, request } = &mut fresh => {
                    (at, turn) = (Probed { readiness: address, liveness: address }, turn.next());
                    fresh = Box::pin(self.fresh(turn, instance.moves_to(address)));
                    (alive, ready) = (self.alive(at), self.available(at, Instant::now()));
                    let _ = request.send(Ok(()));
                }
                () = instance.stop.left() => return self.leave(output, &self.ended()).await,
            }
        }
    }

    /// It is neither probed nor restarted any more, and finishes what it runs.
    async fn leave(&self, output: &mut Output<'a>, ended: &Ended<'_>) -> End {
        loop {
            tokio::select! {
                biased;
                () = self.instance.stop.asked() => return End::Stopped,
                told = output.next() => match told {
                    Told::Ended(gone) => return End::Died(ended.gone(&gone)),
                    Told::RanOut { memory, .. } => self.instance.context.say_all(vec![ended.ran_out(memory)]),
                },
            }
        }
    }

    fn alive(&'a self, at: Probed) -> BoxFuture<'a, Failed> {
        let (instance, probes) = (self.instance, self.instance.probes.borrow().clone());
        let target = Target { address: at.liveness, route: &self.routes.liveness };
        Box::pin(async move {
            let vital = Vital { probes: &probes, passed: &self.passed };
            probing::vital(&instance.context, &instance.id, vital, target).await
        })
    }

    async fn never_available(&self, at: Probed) -> Failed {
        let (instance, probes) = (self.instance, self.instance.probes.borrow().clone());
        let readiness = Target { address: at.readiness, route: &self.routes.readiness };
        let liveness = Target { address: at.liveness, route: &self.routes.liveness };
        probing::never_available(&instance.context, &instance.id, &probes, (readiness, liveness)).await
    }

    fn available(&'a self, at: Probed, began: Instant) -> BoxFuture<'a, Infallible> {
        let (instance, Probes { readiness, scale, .. }) = (self.instance, self.instance.probes.borrow().clone());
        let target = Target { address: at.readiness, route: &self.routes.readiness };
        let ready = instance.is_ready();
        let schedule = probing::Readiness { probe: faster(&readiness, scale), began: began.into(), ready };
        Box::pin(async move {
            let _ = self.passed.subscribe().wait_for(|passed| *passed).await;
            probing::readiness(&instance.context, &instance.id, schedule, target, |probed| instance.probed(probed))
                .await
        })
    }

    /// `at`: where the log was when the engine told; the server's own word stands nearer to it.
    fn ran_out_in_init(&self, memory: Memory, at: u64) -> Diagnosis {
        let until = self.instance.log.first_killed(self.mark()).unwrap_or(at);
        Ended { until: Some(until), ..self.ended() }.ran_out_in_init(memory)
    }

    fn ended(&self) -> Ended<'_> {
        self.instance.ended(self.mark())
    }

    fn mark(&self) -> u64 {
        self.mark.load(Relaxed)
    }
}

impl Instance {
    fn probed(&self, probed: probing::Probed) {
        match probed {
            probing::Probed::Ready => {
                self.set_ready(true);
                self.context.changed(&self.id, InstanceState::Ready, "the readiness probe succeeds again");
            }
            probing::Probed::Unready(why) => {
                self.set_ready(false);
                self.context.changed(&self.id, InstanceState::Unready, why);
            }
        }
    }
}
