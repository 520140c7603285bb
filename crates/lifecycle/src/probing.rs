//! The kubelet's schedule beside a running instance. The rules are `semantics::probe`; here are clock and socket.

use crate::context::Context;
use crate::http_get::get;
use crate::log::Log;
use model::{Deployment, EventKind, InstanceId};
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

/// Tells every change of readiness; the start check has found it ready.
pub async fn readiness(
    context: &Context,
    id: &InstanceId,
    deployment: &Deployment,
    target: Target<'_>,
    changed: impl Fn(Probed),
) -> Infallible {
    let mut machine = Machine::new(Kind::Readiness, deployment.readiness_probe.clone(), 0);
    let _ = machine.answered(0, true);
    let began = Instant::now();
    while let Some(due) = machine.next_due() {
        tokio::time::sleep_until(began + Duration::from_millis(due)).await;
        let answer = ask(&machine, target).await;
        if let Err(why) = &answer {
            context.probe_failed(id, Kind::Readiness, why);
        }
        match (machine.answered(since(began), answer.is_ok()), answer) {
            (Some(Transition::Ready), _) => changed(Probed::Ready),
            (Some(Transition::Unready), Err(why)) => changed(Probed::Unready(why)),
            _ => {}
        }
    }
    std::future::pending().await
}

/// Resolves when the server boots workers that die, again and again: then the container never exits by itself.
pub async fn boot_loop(log: &Log) {
    let (mut changes, mut seen, mut crash_loop) = (log.changes(), 0, CrashLoop::default());
    loop {
        let now = *changes.borrow_and_update();
        let fresh = log.tail(usize::try_from(now - seen).unwrap_or(usize::MAX));
        seen = now;
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
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl Context {
    fn probe_failed(&self, id: &InstanceId, kind: Kind, why: &str) {
        let event = probe_failed(kind, why);
        let text = format!("{id}: {} {}", event.name, event.message);
        self.events.say(EventKind::Progress { deployment: None, text });
    }
}
