//! An instance that had been ready ends.

use crate::deployment::deployment;
use crate::port::Port;
use crate::stage::{Stage, ended, log, serving};
use diagnosis::{engine as rows, start};
use engine::EngineError;
use engine::scripted::Script;
use lifecycle::Delete;
use model::{Deployment, InstanceState, Probe, RunOptions, TimeScale};
use std::time::Duration;

const BOOTING: &str = "2026-11-22 15:24:41,207 I [26546] gunicorn.error - Booting worker with pid: 26546";

#[tokio::test]
async fn it_is_started_again_at_once() {
    let (first, second) = (Port::answering([200]).await, Port::answering([200]).await);
    let mut stage = Stage::new([serving(&first), serving(&second)]);
    stage.up(&deployment()).await.unwrap();
    let before = stage.ready().await.instances[0].generation;
    stage.crash(137).await;
    let at_second = |at: &model::ServedInstance| at.address == second.address && at.ready;
    let after = stage.served(|served| served.instances.iter().any(at_second)).await;
    assert!(after.instances[0].generation > before);
    let said = stage.said().await;
    assert_eq!(said.cause, Some(start::CONTAINER_CRASHED));
    assert_eq!(said.facts, [("exit code".to_owned(), "137".to_owned())]);
    assert_eq!((stage.document().instances[0].restarts, stage.running().await.len()), (1, 1));
}

#[tokio::test]
async fn it_gets_no_request_while_it_is_away() {
    let port = Port::answering([200]).await;
    let stage = Stage::new([serving(&port), Script { stops: Some(0), ..Script::default() }]);
    stage.up(&deployment()).await.unwrap();
    stage.crash(1).await;
    stage.served(|served| served.instances.is_empty()).await;
}

#[tokio::test]
async fn each_life_is_explained_by_its_own_lines() {
    let port = Port::answering([200]).await;
    let failing = Script { lines: log("init_raises.log"), ..serving(&port) };
    let mut stage = Stage::new([failing, Script { lines: vec!["bye".into()], ..serving(&port) }]);
    stage.up(&deployment()).await.unwrap();
    stage.crash(3).await;
    assert_eq!(stage.said().await.cause, Some(start::USER_SCRIPT_INIT_FAILED));
    stage.state(InstanceState::Ready).await;
    stage.crash(1).await;
    let said = stage.said().await;
    assert_eq!((said.cause, said.log_tail), (Some(start::CONTAINER_CRASHED), vec!["bye".to_owned()]));
}

#[tokio::test]
async fn boots_of_an_earlier_life_make_no_loop() {
    let port = Port::answering([200]).await;
    let twice = Script { lines: vec![BOOTING.into(), BOOTING.into()], ..serving(&port) };
    let slow = Port::answering([]).await;
    let mut stage = Stage::new([twice, Script { lines: vec![BOOTING.into()], ..serving(&slow) }]);
    stage.up(&deployment()).await.unwrap();
    stage.crash(1).await;
    stage.said().await;
    let logged = |kind| matches!(kind, model::EventKind::Log { .. }).then_some(());
    stage.event(logged).await;
    slow.asked_at_least(1).await;
    slow.answer(200);
    stage.state(InstanceState::Ready).await;
    assert_eq!(stage.document().instances[0].restarts, 1);
}

/// Ten minutes forgive what was before them: on this clock any life is as long.
#[tokio::test]
async fn a_faster_clock_forgives_sooner() {
    let ages = Probe { initial_delay: Duration::from_secs(4_000_000_000), ..Probe::default() };
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([serving(&port), serving(&port), serving(&port), serving(&port)]);
    let patient = Deployment { liveness_probe: ages.clone(), readiness_probe: ages, ..deployment() };
    let options = RunOptions { time_scale: TimeScale::new(10_000_000).unwrap(), ..RunOptions::default() };
    ended(stage.put(&patient, options)).await.unwrap();
    for restarts in 1..=3 {
        stage.crash(1).await;
        stage.state(InstanceState::Restarting).await;
        stage.state(InstanceState::Ready).await;
        assert_eq!(stage.document().instances[0].restarts, restarts);
    }
    let document = stage.document();
    assert!(document.instances[0].events.iter().all(|event| event.name != "BackOff"), "{document:?}");
}

#[tokio::test]
async fn a_restart_that_the_engine_refuses_is_said_and_waits_for_the_next() {
    let port = Port::answering([200]).await;
    let refused = Script { refused: Some(EngineError::Other("busy".into())), ..Script::default() };
    let mut stage = Stage::new([serving(&port), refused]);
    stage.up(&deployment()).await.unwrap();
    stage.crash(1).await;
    assert_eq!(stage.said().await.cause, Some(start::CONTAINER_CRASHED));
    assert_eq!(stage.said().await.code, rows::ENGINE_FAILED);
    // Ten seconds of back-off do not hold up a stop.
    let (endpoint, name) = (deployment().endpoint, deployment().name);
    stage.lifecycle.delete_deployment(&endpoint, &name, Delete::Stopped(Duration::ZERO)).await;
    assert!(stage.running().await.is_empty());
}
