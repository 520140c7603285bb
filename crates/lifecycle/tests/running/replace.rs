//! Putting again, and deleting.

use crate::deployment::{deployment, renewed};
use crate::port::Port;
use crate::stage::{Stage, ended, serving, soon};
use diagnosis::start;
use engine::scripted::Script;
use lifecycle::Delete;
use model::{Deployment, DeploymentName, EventKind, InstanceState, ProvisioningState, RunOptions};
use std::time::Duration;

#[tokio::test]
async fn the_new_version_serves_before_the_old_one_goes() {
    let (old, new) = (Port::answering([200]).await, Port::answering([]).await);
    let mut stage = Stage::new([serving(&old), serving(&new)]);
    stage.up(&deployment()).await.unwrap();
    let before = stage.ready().await.instances[0].clone();
    let operation = stage.put(&renewed(), RunOptions::default());
    new.asked_at_least(1).await;
    // Both run, one serves, and says so.
    assert_eq!((stage.served(|_| true).await.instances, stage.running().await.len()), (vec![before.clone()], 2));
    assert_eq!(stage.document().provisioning_state, ProvisioningState::Updating);
    new.answer(200);
    ended(operation).await.unwrap();
    let after = stage.ready().await.instances;
    assert_eq!((after.len(), after[0].address), (1, new.address));
    // Neither its requests nor its log lines are taken for the old one's.
    assert!(after[0].generation != before.generation && after[0].id != before.id);
    stage.state(InstanceState::Stopping).await;
    stage.gone(1).await;
    assert_eq!(stage.document().instances.len(), 1);
    assert_eq!(stage.document().provisioning_state, ProvisioningState::Succeeded);
}

#[tokio::test]
async fn the_numbers_of_instances_are_given_again() {
    let port = Port::answering([200]).await;
    let stage = Stage::new(std::iter::repeat_with(|| serving(&port)).take(3));
    let mut numbers = vec![];
    for deployment in [deployment(), renewed(), deployment()] {
        stage.up(&deployment).await.unwrap();
        stage.gone(1).await;
        numbers.push(stage.ready().await.instances[0].id.number);
    }
    assert_eq!(numbers, [0, 1, 0]);
}

#[tokio::test]
async fn a_failed_update_leaves_the_old_version_serving() {
    let port = Port::answering([200]).await;
    let dies = Script { ends: Some((Duration::ZERO, 1)), address: Some(Port::refused()), ..Script::default() };
    let mut stage = Stage::new([serving(&port), dies]);
    stage.up(&deployment()).await.unwrap();
    let before = stage.ready().await;
    let failure = stage.up(&renewed()).await.unwrap_err();
    assert_eq!(failure.cause, Some(start::CONTAINER_CRASHED));
    assert_eq!((stage.ready().await, stage.running().await.len()), (before.clone(), 1));
    let document = stage.document();
    assert_eq!(document.provisioning_state, ProvisioningState::Failed);
    assert_eq!(document.error.unwrap().cause.as_deref(), Some("ContainerCrashed"));
    let states: Vec<_> = document.instances.iter().map(|instance| instance.state.as_str()).collect();
    assert_eq!(states, ["Ready", "Failed"]);
    assert_eq!(stage.said().await.code, diagnosis::plan::OLD_VERSION_SERVES);
    // The former file brings back the former state, and starts nothing.
    stage.up(&deployment()).await.unwrap();
    assert_eq!(stage.document().provisioning_state, ProvisioningState::Succeeded);
    assert_eq!((stage.ready().await, stage.docker.launches().len()), (before, 2));
}

#[tokio::test]
async fn a_start_that_is_replaced_is_canceled_and_is_no_failure_of_the_next() {
    let (stuck, new) = (Port::answering([]).await, Port::answering([200]).await);
    let mut stage = Stage::new([serving(&stuck), serving(&new)]);
    let first = stage.put(&deployment(), RunOptions::default());
    stuck.asked_at_least(1).await;
    let second = stage.put(&renewed(), RunOptions::default());
    assert_eq!(ended(first).await.unwrap_err().code, start::OPERATION_CANCELED);
    ended(second).await.unwrap();
    let outcome = |kind| match kind {
        EventKind::DeploymentReady { .. } => Some("ready"),
        EventKind::DeploymentFailed { .. } => Some("failed"),
        _ => None,
    };
    assert_eq!(stage.event(outcome).await, "ready");
    assert_eq!(stage.document().provisioning_state, ProvisioningState::Succeeded);
    assert_eq!(stage.running().await.len(), 1);
}

#[tokio::test]
async fn an_update_that_is_replaced_leaves_the_old_version_serving_until_the_next_is_ready() {
    let (old, stuck, new) = (Port::answering([200]).await, Port::answering([]).await, Port::answering([200]).await);
    let stage = Stage::new([serving(&old), serving(&stuck), serving(&new)]);
    stage.up(&deployment()).await.unwrap();
    let second = stage.put(&renewed(), RunOptions::default());
    stuck.asked_at_least(1).await;
    let third = Deployment { instance_type: Some("Standard_F8s_v2".into()), ..deployment() };
    let third = stage.put(&third, RunOptions::default());
    assert_eq!(ended(second).await.unwrap_err().code, start::OPERATION_CANCELED);
    assert!(stage.served(|_| true).await.instances.iter().any(|instance| instance.ready));
    ended(third).await.unwrap();
    assert_eq!(stage.ready().await.instances[0].address, new.address);
    stage.gone(1).await;
}

#[tokio::test]
async fn a_failed_deployment_can_be_put_again() {
    let port = Port::answering([200]).await;
    let dies = Script { ends: Some((Duration::ZERO, 1)), address: Some(Port::refused()), ..Script::default() };
    let stage = Stage::new([dies, serving(&port)]);
    let (endpoint, name) = (deployment().endpoint, deployment().name);
    stage.up(&deployment()).await.unwrap_err();
    assert_eq!(stage.lifecycle.signature(&endpoint, &name), None);
    stage.up(&deployment()).await.unwrap();
    assert!(stage.lifecycle.signature(&endpoint, &name).is_some());
    assert!(stage.document().error.is_none());
    assert_eq!(stage.document().instances.len(), 1);
}

#[tokio::test]
async fn a_delete_stops_every_instance_and_forgets() {
    let port = Port::answering([200]).await;
    let stage = Stage::new([serving(&port), serving(&port), serving(&port)]);
    stage.up(&Deployment { instance_count: 2, ..deployment() }).await.unwrap();
    stage.up(&Deployment { name: DeploymentName::new("green"), ..deployment() }).await.unwrap();
    let (endpoint, name) = (deployment().endpoint, deployment().name);
    stage.lifecycle.delete_deployment(&endpoint, &name, Delete::Stopped(Duration::ZERO)).await;
    assert_eq!(stage.lifecycle.deployments(&endpoint), [DeploymentName::new("green")]);
    assert_eq!(stage.running().await.len(), 1);
    stage.lifecycle.delete_endpoint(&endpoint, Duration::ZERO).await;
    assert!(stage.running().await.is_empty());
    assert!(stage.lifecycle.fleet().borrow().endpoints.is_empty());
}

#[tokio::test]
async fn a_delete_ends_a_start() {
    let stuck = Port::answering([]).await;
    let stage = Stage::new([serving(&stuck)]);
    let operation = stage.put(&deployment(), RunOptions::default());
    stuck.asked_at_least(1).await;
    let (endpoint, name) = (deployment().endpoint, deployment().name);
    stage.lifecycle.delete_deployment(&endpoint, &name, Delete::Stopped(Duration::ZERO)).await;
    assert!(stage.running().await.is_empty());
    assert_eq!(ended(operation).await.unwrap_err().code, start::OPERATION_CANCELED);
}

#[tokio::test]
async fn a_delete_ends_an_update_and_both_versions() {
    let (old, stuck) = (Port::answering([200]).await, Port::answering([]).await);
    let stage = Stage::new([serving(&old), serving(&stuck)]);
    stage.up(&deployment()).await.unwrap();
    let update = stage.put(&renewed(), RunOptions::default());
    stuck.asked_at_least(1).await;
    let (endpoint, name) = (deployment().endpoint, deployment().name);
    stage.lifecycle.delete_deployment(&endpoint, &name, Delete::Stopped(Duration::ZERO)).await;
    assert!(stage.running().await.is_empty() && stage.lifecycle.deployments(&endpoint).is_empty());
    assert_eq!(ended(update).await.unwrap_err().code, start::OPERATION_CANCELED);
}

#[tokio::test]
async fn a_delete_does_not_wait_for_who_leaves_before_it_stops_who_serves() {
    let port = Port::answering([200, 200]).await;
    let deaf = Script { stops: None, ..serving(&port) };
    let stage = Stage::new([deaf, serving(&port)]);
    stage.up(&deployment()).await.unwrap();
    let old = stage.running().await;
    stage.up(&renewed()).await.unwrap();
    let (endpoint, name) = (deployment().endpoint, deployment().name);
    let delete = stage.lifecycle.delete_deployment(&endpoint, &name, Delete::Stopped(Duration::ZERO));
    let alone = async {
        while stage.running().await != old {
            tokio::task::yield_now().await;
        }
    };
    soon(futures_util::future::join(delete, alone)).await;
    assert!(stage.running().await.is_empty());
}
