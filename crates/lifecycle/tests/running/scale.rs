//! The number of instances, and other settings of a version that serves.

use crate::deployment::{deployment, renewed};
use crate::port::Port;
use crate::stage::{Stage, ended, serving};
use async_trait::async_trait;
use engine::EngineError;
use engine::scripted::Script;
use lifecycle::{Delete, Occupancy};
use model::{
    Deployment, DeploymentName, EndpointName, InstanceId, InstanceState, Probe, ProvisioningState, RunOptions,
    ScaleSettings,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

fn of(instances: u32) -> Deployment {
    Deployment { instance_count: instances, ..deployment() }
}

#[tokio::test]
async fn more_are_started_beside_those_that_serve() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new(std::iter::repeat_with(|| serving(&port)).take(3));
    stage.up(&of(1)).await.unwrap();
    let first = stage.ready().await.instances[0].clone();
    let operation = stage.put(&of(3), RunOptions::default());
    assert_eq!(stage.document().provisioning_state, ProvisioningState::Scaling);
    ended(operation).await.unwrap();
    let served = stage.served(|served| served.instances.iter().filter(|it| it.ready).count() == 3).await;
    assert_eq!((&served.instances[0], served.limits.instance_count), (&first, 3));
    assert_eq!(stage.docker.launches().len(), 3);
    stage.up(&of(1)).await.unwrap();
    assert_eq!(stage.served(|_| true).await.instances, [first]);
    stage.state(InstanceState::Stopping).await;
    stage.gone(1).await;
    assert_eq!((stage.document().instances.len(), stage.document().instance_count), (1, 1));
}

#[tokio::test]
async fn one_that_does_not_come_up_takes_none_of_the_others() {
    let port = Port::answering([200]).await;
    let refused = Script { refused: Some(EngineError::Other("no".into())), ..Script::default() };
    let stage = Stage::new([serving(&port), serving(&port), refused]);
    stage.up(&of(1)).await.unwrap();
    stage.up(&of(3)).await.unwrap_err();
    let served = stage.ready().await;
    assert_eq!((served.instances.len(), served.limits.instance_count), (1, 1));
    assert_eq!(stage.document().provisioning_state, ProvisioningState::Failed);
    assert_eq!(stage.running().await.len(), 1);
}

#[tokio::test]
async fn those_go_first_that_serve_nobody() {
    let (well, sick) = (Port::answering([200]).await, Port::answering([200, 503]).await);
    let stage = Stage::new([serving(&sick), serving(&well)]);
    let quick = Probe {
        initial_delay: Duration::ZERO,
        period: Duration::from_millis(20),
        failure_threshold: 1,
        ..Probe::default()
    };
    let two = Deployment { readiness_probe: quick, ..of(2) };
    stage.up(&two).await.unwrap();
    stage.served(|served| served.instances.iter().any(|it| it.address == sick.address && !it.ready)).await;
    stage.up(&Deployment { instance_count: 1, ..two }).await.unwrap();
    assert_eq!(stage.ready().await.instances[0].address, well.address);
    stage.gone(1).await;
}

#[tokio::test]
async fn limits_of_requests_change_without_a_restart() {
    let port = Port::answering([200]).await;
    let stage = Stage::new([serving(&port)]);
    stage.up(&deployment()).await.unwrap();
    let before = stage.ready().await;
    let mut changed = deployment();
    changed.request_settings.max_concurrent_requests_per_instance = 7;
    stage.up(&changed).await.unwrap();
    let after = stage.ready().await;
    assert_eq!((&after.instances, after.limits.max_concurrent_requests_per_instance), (&before.instances, 7));
    assert_eq!(stage.docker.launches().len(), 1);
}

#[tokio::test]
async fn changed_probes_are_those_of_the_running_instance() {
    let never = Probe { initial_delay: Duration::from_secs(3600), ..Probe::default() };
    let quick = Probe {
        initial_delay: Duration::ZERO,
        period: Duration::from_millis(20),
        failure_threshold: 2,
        ..Probe::default()
    };
    let port = Port::answering([200]).await;
    let stage = Stage::new([serving(&port)]);
    let blue = Deployment { liveness_probe: never.clone(), readiness_probe: never.clone(), ..deployment() };
    stage.up(&blue).await.unwrap();
    port.answer(503);
    stage.up(&Deployment { readiness_probe: quick.clone(), ..blue.clone() }).await.unwrap();
    stage.served(|served| !served.instances[0].ready).await;
    // It is unready under other settings, too, until a probe passes.
    stage.up(&Deployment { readiness_probe: Probe { failure_threshold: 9, ..quick }, ..blue }).await.unwrap();
    port.answer(200);
    stage.ready().await;
    assert_eq!(stage.docker.launches().len(), 1);
}

/// Azure scales first.
#[tokio::test]
async fn a_number_that_changes_with_the_version_is_the_old_versions_first() {
    let (old, new) = (Port::answering([200]).await, Port::answering([]).await);
    let stage = Stage::new([serving(&old), serving(&old), serving(&new), serving(&new)]);
    stage.up(&of(1)).await.unwrap();
    let operation = stage.put(&Deployment { instance_count: 2, ..renewed() }, RunOptions::default());
    new.asked_at_least(2).await;
    let served = stage.served(|served| served.instances.len() == 2).await;
    assert!(served.instances.iter().all(|instance| instance.address == old.address));
    assert_eq!((served.limits.instance_count, stage.running().await.len()), (2, 4));
    new.answer(200);
    ended(operation).await.unwrap();
    let served = stage.ready().await;
    assert!(served.instances.len() == 2 && served.instances.iter().all(|it| it.address == new.address));
    stage.gone(2).await;
}

#[tokio::test]
async fn a_number_alone_can_be_set() {
    let port = Port::answering([200]).await;
    let stage = Stage::new(std::iter::repeat_with(|| serving(&port)).take(3));
    stage.up(&of(1)).await.unwrap();
    let (endpoint, name) = (deployment().endpoint, deployment().name);
    ended(stage.lifecycle.scale(&endpoint, &name, 3).unwrap()).await.unwrap();
    let served = stage.served(|served| served.instances.len() == 3).await;
    assert_eq!(served.limits.instance_count, 1);
    assert!(stage.lifecycle.scale(&endpoint, &DeploymentName::new("other"), 3).is_none());
}

fn by_itself(max_instances: u32) -> Option<ScaleSettings> {
    let polling_interval = Duration::from_secs(1);
    Some(ScaleSettings::TargetUtilization { min_instances: 1, max_instances, polling_interval, target_percent: 70 })
}

/// Neither a setting nor a new version takes back what the load has brought.
#[tokio::test]
async fn an_update_keeps_what_autoscale_has_brought() {
    let port = Port::answering([200]).await;
    let stage = Stage::new(std::iter::repeat_with(|| serving(&port)).take(6));
    stage.up(&Deployment { scale_settings: by_itself(5), ..deployment() }).await.unwrap();
    let (endpoint, name) = (deployment().endpoint, deployment().name);
    ended(stage.lifecycle.scale(&endpoint, &name, 3).unwrap()).await.unwrap();
    stage.up(&Deployment { scale_settings: by_itself(4), ..deployment() }).await.unwrap();
    assert_eq!((stage.ready().await.instances.len(), stage.docker.launches().len()), (3, 3));
    stage.up(&Deployment { scale_settings: by_itself(2), ..renewed() }).await.unwrap();
    assert_eq!((stage.ready().await.instances.len(), stage.docker.launches().len()), (2, 5));
    stage.gone(2).await;
}

#[tokio::test]
async fn autoscale_that_fails_is_said_and_tried_again() {
    let port = Port::answering([200]).await;
    let refused = Script { refused: Some(EngineError::Other("no".into())), ..Script::default() };
    let mut stage = Stage::new([serving(&port), refused, serving(&port)]);
    stage.up(&Deployment { scale_settings: by_itself(5), ..deployment() }).await.unwrap();
    let (endpoint, name) = (deployment().endpoint, deployment().name);
    ended(stage.lifecycle.scale(&endpoint, &name, 2).unwrap()).await.unwrap_err();
    assert_eq!(stage.said().await.code, diagnosis::engine::ENGINE_FAILED);
    assert_eq!(stage.document().provisioning_state, ProvisioningState::Succeeded);
    ended(stage.lifecycle.scale(&endpoint, &name, 2).unwrap()).await.unwrap();
    assert_eq!(stage.served(|_| true).await.instances.len(), 2);
}

/// Doors whose requests end when the test says so.
#[derive(Debug)]
pub struct Busy(pub watch::Sender<bool>);

#[async_trait]
impl Occupancy for Busy {
    async fn vacated(&self, _: &InstanceId, _: u64) {
        let _ = self.0.subscribe().wait_for(|busy| !busy).await;
    }

    fn abandoned(&self, _: &EndpointName, _: &DeploymentName) -> bool {
        false
    }
}

#[tokio::test]
async fn who_leaves_finishes_what_it_runs() {
    let (old, new) = (Port::answering([200]).await, Port::answering([200]).await);
    let mut stage = Stage::new([serving(&old), serving(&new)]);
    let busy = Arc::new(Busy(watch::Sender::new(true)));
    stage.lifecycle.serves_through(busy.clone());
    stage.up(&deployment()).await.unwrap();
    stage.up(&renewed()).await.unwrap();
    stage.state(InstanceState::Stopping).await;
    assert_eq!((stage.running().await.len(), stage.served(|_| true).await.instances.len()), (2, 1));
    busy.0.send_replace(false);
    stage.gone(1).await;
}

/// Who was scaled away before the new version failed, too.
#[tokio::test]
async fn also_when_the_update_fails() {
    let (old, dead) = (Port::answering([200]).await, Port::refused());
    let dies = Script { ends: Some((Duration::ZERO, 1)), address: Some(dead), ..Script::default() };
    let stage = Stage::new([serving(&old), serving(&old), serving(&old), dies]);
    let busy = Arc::new(Busy(watch::Sender::new(true)));
    stage.lifecycle.serves_through(busy.clone());
    stage.up(&of(3)).await.unwrap();
    stage.up(&renewed()).await.unwrap_err();
    assert_eq!((stage.running().await.len(), stage.served(|_| true).await.instances.len()), (3, 1));
    busy.0.send_replace(false);
    stage.removed(1).await;
}

#[tokio::test]
async fn the_next_operation_does_not_wait_for_it() {
    let ports = [Port::answering([200]).await, Port::answering([200]).await, Port::answering([200]).await];
    let stage = Stage::new(ports.iter().map(serving));
    let busy = Arc::new(Busy(watch::Sender::new(true)));
    stage.lifecycle.serves_through(busy.clone());
    for wanted in [deployment(), renewed(), deployment()] {
        stage.up(&wanted).await.unwrap();
    }
    assert_eq!(stage.running().await.len(), 3);
    busy.0.send_replace(false);
    stage.gone(1).await;
    assert_eq!(stage.ready().await.instances[0].address, ports[2].address);
}

#[tokio::test]
async fn a_deployment_that_is_deleted_finishes_what_it_runs() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([serving(&port)]);
    let busy = Arc::new(Busy(watch::Sender::new(true)));
    stage.lifecycle.serves_through(busy.clone());
    stage.up(&deployment()).await.unwrap();
    let (lifecycle, Deployment { endpoint, name, .. }) = (stage.lifecycle.clone(), deployment());
    let of = endpoint.clone();
    let delete = tokio::spawn(async move { lifecycle.delete_deployment(&of, &name, Delete::Drained).await });
    stage.state(InstanceState::Stopping).await;
    assert_eq!((stage.running().await.len(), stage.served(|_| true).await.instances.len()), (1, 0));
    assert_eq!(stage.document().provisioning_state, ProvisioningState::Deleting);
    busy.0.send_replace(false);
    delete.await.unwrap();
    assert!(stage.running().await.is_empty() && stage.lifecycle.deployments(&endpoint).is_empty());
}

#[tokio::test]
async fn a_delete_does_not_wait_for_it() {
    let (old, new) = (Port::answering([200]).await, Port::answering([200]).await);
    let mut stage = Stage::new([serving(&old), serving(&new)]);
    stage.lifecycle.serves_through(Arc::new(Busy(watch::Sender::new(true))));
    stage.up(&deployment()).await.unwrap();
    stage.up(&renewed()).await.unwrap();
    stage.state(InstanceState::Stopping).await;
    stage.lifecycle.delete_endpoint(&deployment().endpoint, Duration::ZERO).await;
    assert!(stage.running().await.is_empty());
}

#[tokio::test]
async fn who_leaves_is_not_started_again() {
    let (old, new) = (Port::answering([200]).await, Port::answering([200]).await);
    let mut stage = Stage::new([serving(&old), serving(&new)]);
    stage.lifecycle.serves_through(Arc::new(Busy(watch::Sender::new(true))));
    stage.up(&deployment()).await.unwrap();
    stage.up(&renewed()).await.unwrap();
    stage.state(InstanceState::Stopping).await;
    stage.crash(1).await;
    stage.gone(1).await;
    assert_eq!(stage.docker.launches().len(), 2);
}
