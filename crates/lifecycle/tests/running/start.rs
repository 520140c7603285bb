//! Ready is the first answer to our own check.

use crate::deployment::deployment;
use crate::port::Port;
use crate::stage::{Stage, ended, serving};
use engine::scripted::Script;
use model::{Deployment, EventKind, InstanceState, Probe, ProvisioningState, RunOptions};
use std::time::Duration;

/// `blue`, whose probes would only begin long after the test.
fn patient() -> Deployment {
    let probe = Probe { initial_delay: Duration::from_secs(3600), ..Probe::default() };
    Deployment { liveness_probe: probe.clone(), readiness_probe: probe, ..deployment() }
}

#[tokio::test]
async fn the_first_answer_makes_it_ready_whatever_initial_delay_says() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([serving(&port)]);
    stage.up(&patient()).await.unwrap();
    let served = stage.ready().await;
    assert_eq!((served.instances[0].address, served.instances[0].ready), (port.address, true));
    assert_eq!(stage.document().provisioning_state, ProvisioningState::Succeeded);
    stage.state(InstanceState::Ready).await;
    let of = |kind| if let EventKind::DeploymentReady { deployment, .. } = kind { Some(deployment) } else { None };
    assert_eq!(stage.event(of).await.as_str(), "blue");
}

#[tokio::test]
async fn one_request_is_held_open() {
    let port = Port::answering([]).await;
    let stage = Stage::new([serving(&port)]);
    let operation = stage.put(&patient(), RunOptions::default());
    port.asked_at_least(1).await;
    assert!(operation.borrow().is_none());
    port.answer(200);
    ended(operation).await.unwrap();
    assert_eq!(port.asked(), 1);
}

#[tokio::test]
async fn a_port_that_is_bound_late_is_found() {
    let reserved = Port::reserved();
    let address = reserved.local_addr().unwrap();
    let mut stage = Stage::new([Script { address: Some(address), stops: Some(0), ..Script::default() }]);
    let operation = stage.put(&patient(), RunOptions::default());
    stage.state(InstanceState::Starting).await;
    let _port = Port::at(reserved);
    ended(operation).await.unwrap();
}

#[tokio::test]
async fn a_404_is_no_answer_until_it_is_a_200() {
    let port = Port::answering([404]).await;
    let stage = Stage::new([serving(&port)]);
    let operation = stage.put(&patient(), RunOptions::default());
    port.asked_at_least(2).await;
    assert!(operation.borrow().is_none());
    assert!(stage.served(|served| !served.instances.is_empty()).await.instances.iter().all(|it| !it.ready));
    port.answer(200);
    ended(operation).await.unwrap();
}

#[tokio::test]
async fn redirects_are_answers() {
    let port = Port::answering([302]).await;
    Stage::new([serving(&port)]).up(&patient()).await.unwrap();
}

#[tokio::test]
async fn instances_are_started_as_the_flag_says_and_limited_as_the_yaml_says() {
    let port = Port::answering([200]).await;
    let stage = Stage::new([serving(&port), serving(&port), serving(&port)]);
    let two = Deployment { instance_count: 2, ..patient() };
    ended(stage.put(&two, RunOptions { instances: Some(3), ..RunOptions::default() })).await.unwrap();
    let served = stage.served(|served| served.instances.iter().filter(|it| it.ready).count() == 3).await;
    assert_eq!((stage.docker.launches().len(), served.limits.instance_count), (3, 2));
    assert_eq!(stage.document().instance_count, 2);
    let mut names: Vec<_> = stage.docker.launches().into_iter().map(|launch| launch.name).collect();
    names.dedup();
    assert_eq!(names.len(), 3);
}

#[tokio::test]
async fn every_instance_is_awaited() {
    let (quick, slow) = (Port::answering([200]).await, Port::answering([]).await);
    let stage = Stage::new([serving(&quick), serving(&slow)]);
    let operation = stage.put(&Deployment { instance_count: 2, ..patient() }, RunOptions::default());
    stage.ready().await;
    slow.asked_at_least(1).await;
    assert!(operation.borrow().is_none());
    slow.answer(200);
    ended(operation).await.unwrap();
}
