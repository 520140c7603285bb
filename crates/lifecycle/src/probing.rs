//! The kubelet's schedule beside a running instance. The rules are `semantics::probe`; here are clock and socket.

use crate::context::Context;
use crate::http_get::get;
use crate::instance::Probes;
use crate::log::Log;
use crate::platform::CONTAINER;
use model::{InstanceId, Probe, Route};
use semantics::probe::{
    Kind, Machine, Schedule, Transition, faster, http_status, killing_unhealthy, passes, probe_failed, timed_out,
};
use semantics::startup::CrashLoop;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// What the readiness probe changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probed {
    Ready,
    Unready(String),
}

/// Where a probe asks.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    pub address: SocketAddr,
    /// As the container and the YAML know it.
    pub route: &'a Route,
}

/// Why a probe failed, told apart where the mend differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failed {
    /// It took the connection and was silent: busy, or still in `init()`.
    Silent(String),
    /// Nobody took the connection, or what answered was no success.
    Wrong(String),
}

impl Failed {
    pub fn why(&self) -> &str {
        match self {
            Self::Silent(why) | Self::Wrong(why) => why,
        }
    }
}

/// The probes that kill. Once startup has passed it is never asked again in this life.
#[derive(Debug)]
pub struct Vital<'a> {
    pub probes: &'a Probes,
    /// Whether startup has passed, or there is none.
    pub passed: &'a watch::Sender<bool>,
}

/// Resolves when kubelet would kill the instance, with the failure that did it.
pub async fn vital(
    context: &Context,
    id: &InstanceId,
    Vital { probes, passed }: Vital<'_>,
    target: Target<'_>,
) -> Failed {
    let mut schedule = probes.schedule(*passed.borrow());
    passed.send_replace(schedule.vital() == Kind::Liveness);
    let began = Instant::now();
    while let Some(due) = schedule.next_due(schedule.vital()) {
        let kind = schedule.vital();
        tokio::time::sleep_until(began + Duration::from_millis(due)).await;
        let answer = asked(context, (id, kind), schedule.timeout(kind), target).await;
        context.probed(id, kind, answer.is_ok());
        if let Err(failed) = &answer {
            context.happened(id, probe_failed(kind, failed.why()));
        }
        match (schedule.answered(kind, since(began), answer.is_ok()), answer) {
            (Some(Transition::Restart), Err(failed)) => {
                context.happened(id, killing_unhealthy(CONTAINER, kind));
                return failed;
            }
            (Some(Transition::Started), _) => drop(passed.send_replace(true)),
            _ => {}
        }
    }
    std::future::pending().await
}

/// Resolves with the last failure once an instance that lives has not become ready in the time its readiness probe gives.
/// Before it lives, liveness decides.
pub async fn never_available(
    context: &Context,
    id: &InstanceId,
    probes: &Probes,
    (readiness, liveness): (Target<'_>, Target<'_>),
) -> Failed {
    let [lives, probe] = [&probes.liveness, &probes.readiness].map(|probe| faster(probe, probes.scale));
    tokio::time::sleep(lives.initial_delay.max(probe.initial_delay) + probe.period * probe.failure_threshold).await;
    loop {
        let alive = asked(context, (id, Kind::Liveness), lives.timeout, liveness).await;
        if let (Ok(()), Err(failed)) = (alive, asked(context, (id, Kind::Readiness), probe.timeout, readiness).await) {
            context.happened(id, probe_failed(Kind::Readiness, failed.why()));
            return failed;
        }
        tokio::time::sleep(probe.period).await;
    }
}

impl Probes {
    fn schedule(&self, passed: bool) -> Schedule {
        let fast = |probe: &Probe| faster(probe, self.scale);
        let startup = self.startup.as_ref().filter(|_| !passed).map(fast);
        Schedule::new(startup, fast(&self.liveness), fast(&self.readiness), 0)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    pub probe: Probe,
    /// When the container started; changed settings begin anew.
    pub began: Instant,
    /// What holds now, found by the start check or by earlier settings.
    pub ready: bool,
}

/// Tells every change of readiness.
pub async fn readiness(
    context: &Context,
    id: &InstanceId,
    Readiness { probe, began, ready }: Readiness,
    target: Target<'_>,
    changed: impl Fn(Probed),
) -> Infallible {
    let (mut machine, ahead) = match ready {
        true => found_ready(&probe),
        false => (Machine::new(Kind::Readiness, probe, 0), Duration::ZERO),
    };
    while let Some(due) = machine.next_due() {
        tokio::time::sleep_until(began + Duration::from_millis(due.saturating_sub(milliseconds(ahead)))).await;
        let answer = asked(context, (id, Kind::Readiness), machine.timeout(), target).await;
        context.probed(id, Kind::Readiness, answer.is_ok());
        if let Err(failed) = &answer {
            context.happened(id, probe_failed(Kind::Readiness, failed.why()));
        }
        match (machine.answered(since(began) + milliseconds(ahead), answer.is_ok()), answer) {
            (Some(Transition::Ready), _) => changed(Probed::Ready),
            (Some(Transition::Unready), Err(failed)) => changed(Probed::Unready(failed.why().to_owned())),
            _ => {}
        }
    }
    std::future::pending().await
}

/// A machine that has seen as many successes as readiness needs, and how far its clock is ahead of the container's:
/// each of them took a period of it.
fn found_ready(probe: &Probe) -> (Machine, Duration) {
    let successes = probe.success_threshold.max(1);
    let mut machine = Machine::new(Kind::Readiness, probe.clone(), 0);
    for _ in 0..successes {
        let _ = machine.answered(0, true);
    }
    (machine, probe.period.max(Duration::from_millis(1)) * successes)
}

/// Resolves when the server boots workers that die, again and again: then the container never exits by itself.
/// `mark`: where this life of the instance begins in the log.
pub async fn boot_loop(log: &Log, mut mark: u64) {
    let (mut changes, mut crash_loop) = (log.changes(), CrashLoop::default());
    loop {
        changes.borrow_and_update();
        let (fresh, now) = log.after(mark);
        mark = now;
        if fresh.iter().any(|line| crash_loop.sees(line)) {
            return;
        }
        if changes.changed().await.is_err() {
            return std::future::pending().await;
        }
    }
}

/// A probe that fails on purpose is not sent; one that meets a debugger is sent when that has left.
async fn asked(
    context: &Context,
    (id, kind): (&InstanceId, Kind),
    timeout: Duration,
    target: Target<'_>,
) -> Result<(), Failed> {
    match context.fails_on_purpose(id, kind) {
        Some(why) => Err(Failed::Wrong(why)),
        None => loop {
            context.detached(id).await;
            tokio::select! {
                answer = ask(timeout, target) => return answer,
                () = context.attached(id) => {}
            }
        },
    }
}

async fn ask(timeout: Duration, target: Target<'_>) -> Result<(), Failed> {
    let url = format!("http://localhost:{}{}", target.route.port, target.route.path);
    match tokio::time::timeout(timeout, get(target.address, &target.route.path)).await {
        Ok(Ok(status)) if passes(status) => Ok(()),
        Ok(Ok(status)) => Err(Failed::Wrong(http_status(status))),
        Ok(Err(why)) => Err(Failed::Wrong(format!("Get \"{url}\": {why}"))),
        Err(_) => Err(Failed::Silent(timed_out(&url))),
    }
}

fn since(began: Instant) -> u64 {
    milliseconds(began.elapsed())
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
