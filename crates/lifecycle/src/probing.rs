//! The kubelet's schedule beside a running instance. The rules are `semantics::probe`; here are clock and socket.

use crate::context::Context;
use crate::http_get::get;
use crate::log::Log;
use model::{Deployment, EventKind, InstanceId, Probe};
use semantics::probe::{Kind, Machine, Transition, http_status, passes, probe_failed, timed_out};
use semantics::startup::CrashLoop;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;
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
    pub path: &'a str,
}

/// Resolves when kubelet would kill the instance.
pub async fn liveness(context: &Context, id: &InstanceId, deployment: &Deployment, target: Target<'_>) {
    let mut machine = Machine::new(Kind::Liveness, deployment.liveness_probe.clone(), 0);
    let began = Instant::now();
    while let Some(due) = machine.next_due() {
        tokio::time::sleep_until(began + Duration::from_millis(due)).await;
        let answer = ask(&machine, target).await;
        if let Err(why) = &answer {
            context.probe_failed(id, Kind::Liveness, why);
        }
        if machine.answered(since(began), answer.is_ok()) == Some(Transition::Restart) {
            return;
        }
    }
}

/// Tells every change of readiness; the start check has found it ready. `began`: when the container started.
pub async fn readiness(
    context: &Context,
    id: &InstanceId,
    deployment: &Deployment,
    (target, began): (Target<'_>, Instant),
    changed: impl Fn(Probed),
) -> Infallible {
    let (mut machine, ahead) = found_ready(&deployment.readiness_probe);
    while let Some(due) = machine.next_due() {
        tokio::time::sleep_until(began + Duration::from_millis(due.saturating_sub(milliseconds(ahead)))).await;
        let answer = ask(&machine, target).await;
        if let Err(why) = &answer {
            context.probe_failed(id, Kind::Readiness, why);
        }
        match (machine.answered(since(began) + milliseconds(ahead), answer.is_ok()), answer) {
            (Some(Transition::Ready), _) => changed(Probed::Ready),
            (Some(Transition::Unready), Err(why)) => changed(Probed::Unready(why)),
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

async fn ask(machine: &Machine, target: Target<'_>) -> Result<(), String> {
    match tokio::time::timeout(machine.timeout(), get(target.address, target.path)).await {
        Ok(Ok(status)) if passes(status) => Ok(()),
        Ok(Ok(status)) => Err(http_status(status)),
        Ok(Err(why)) => Err(why),
        Err(_) => Err(timed_out(&format!("http://{}{}", target.address, target.path))),
    }
}

fn since(began: Instant) -> u64 {
    milliseconds(began.elapsed())
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Context {
    fn probe_failed(&self, id: &InstanceId, kind: Kind, why: &str) {
        let event = probe_failed(kind, why);
        let text = format!("{id}: {} {}", event.name, event.message);
        self.events.say(EventKind::Progress { deployment: None, text });
    }
}
