//! The kubelet's schedule beside a running instance.

use crate::deployment::deployment;
use crate::port::Port;
use crate::stage::{Stage, serving};
use diagnosis::start;
use model::{Deployment, InstanceState, Probe};
use std::time::Duration;

const NEVER: Duration = Duration::from_secs(3600);

fn never() -> Probe {
    Probe { initial_delay: NEVER, ..Probe::default() }
}

/// Every 20 ms, from 20 ms on.
fn quick(failure_threshold: u32) -> Probe {
    let (initial_delay, period) = (Duration::from_millis(20), Duration::from_millis(20));
    Probe { initial_delay, period, failure_threshold, ..Probe::default() }
}

fn alive(probe: Probe) -> Deployment {
    Deployment { liveness_probe: probe, readiness_probe: never(), ..deployment() }
}

fn available(probe: Probe) -> Deployment {
    Deployment { liveness_probe: never(), readiness_probe: probe, ..deployment() }
}

#[tokio::test]
async fn liveness_restarts_at_a_new_address_in_a_new_generation() {
    let (first, second) = (Port::answering([200]).await, Port::answering([200]).await);
    let mut stage = Stage::new([serving(&first), serving(&second)]);
    stage.up(&alive(quick(3))).await.unwrap();
    let before = stage.ready().await.instances[0].clone();
    first.answer(500);
    let at_second = |at: &model::ServedInstance| at.address == second.address && at.ready;
    let after = stage.served(|served| served.instances.iter().any(at_second)).await.instances[0].clone();
    assert_eq!((before.address, after.id.clone()), (first.address, before.id));
    assert!(after.generation > before.generation);
    assert_eq!((stage.document().instances[0].restarts, stage.running().await.len()), (1, 1));
    let said = stage.said().await;
    assert_eq!((said.code, said.cause), (start::RESOURCE_NOT_READY, Some(start::LIVENESS_PROBE_FAILED)));
}

#[tokio::test]
async fn fewer_failures_than_the_threshold_change_nothing() {
    let port = Port::answering([200, 500, 500, 200]).await;
    let stage = Stage::new([serving(&port)]);
    stage.up(&alive(quick(3))).await.unwrap();
    port.asked_at_least(6).await;
    assert_eq!(stage.document().instances[0].restarts, 0);
    assert!(stage.ready().await.instances[0].ready);
}

#[tokio::test]
async fn readiness_removes_and_brings_back() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([serving(&port)]);
    stage.up(&available(quick(2))).await.unwrap();
    let before = stage.ready().await.instances[0].clone();
    port.answer(503);
    let away = stage.served(|served| !served.instances[0].ready).await;
    assert_eq!(away.instances[0].address, port.address);
    stage.state(InstanceState::Unready).await;
    port.answer(200);
    assert_eq!(stage.ready().await.instances[0], before);
    assert_eq!(stage.document().instances[0].restarts, 0);
}

/// Our own check has found it ready; that readiness asks for two successes in a row keeps nothing in the fleet.
#[tokio::test]
async fn readiness_that_never_passes_removes_whatever_success_threshold_says() {
    let port = Port::answering([200, 503]).await;
    let stage = Stage::new([serving(&port)]);
    stage.up(&available(Probe { success_threshold: 2, ..quick(2) })).await.unwrap();
    stage.served(|served| !served.instances[0].ready).await;
}

#[tokio::test]
async fn the_first_readiness_probe_comes_after_initial_delay() {
    let port = Port::answering([200]).await;
    let stage = Stage::new([serving(&port)]);
    stage.up(&available(Probe { period: NEVER, ..quick(1) })).await.unwrap();
    port.asked_at_least(2).await;
}
