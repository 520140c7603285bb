//! Putting again, and deleting.

use crate::deployment::deployment;
use crate::port::Port;
use crate::stage::{Stage, ended, serving};
use diagnosis::start;
use engine::scripted::Script;
use model::{Deployment, DeploymentName, EventKind, ProvisioningState, RunOptions};
use std::time::Duration;

#[tokio::test]
async fn a_put_replaces_what_ran() {
    let (old, new) = (Port::answering([200]).await, Port::answering([200]).await);
    let stage = Stage::new([serving(&old), serving(&new)]);
    stage.up(&deployment()).await.unwrap();
    let before = stage.ready().await.instances[0].clone();
    let changed = Deployment { instance_type: Some("Standard_F4s_v2".into()), ..deployment() };
    stage.up(&changed).await.unwrap();
    let after = stage.ready().await.instances[0].clone();
    assert_eq!((before.address, after.address), (old.address, new.address));
    // Requests that the old one still has are not the new one's.
    assert_ne!(before.generation, after.generation);
    assert_eq!(stage.running().await.len(), 1);
    assert_eq!(stage.document().instance_type.as_deref(), Some("Standard_F4s_v2"));
}

#[tokio::test]
async fn from_the_put_on_the_old_one_gets_no_request() {
    let old = Port::answering([200]).await;
    let stage = Stage::new([serving(&old)]);
    stage.up(&deployment()).await.unwrap();
    let _operation = stage.put(&deployment(), RunOptions::default());
    assert!(stage.served(|_| true).await.instances.is_empty());
    assert_eq!(stage.document().provisioning_state, ProvisioningState::Updating);
}

#[tokio::test]
async fn a_start_that_is_replaced_is_canceled_and_is_no_failure_of_the_next() {
    let (stuck, new) = (Port::answering([]).await, Port::answering([200]).await);
    let mut stage = Stage::new([serving(&stuck), serving(&new)]);
    let first = stage.put(&deployment(), RunOptions::default());
    stuck.asked_at_least(1).await;
    let second = stage.put(&deployment(), RunOptions::default());
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
async fn a_failed_deployment_can_be_put_again() {
    let port = Port::answering([200]).await;
    let dies = Script { ends: Some((Duration::ZERO, 1)), address: Some(Port::refused().await), ..Script::default() };
    let stage = Stage::new([dies, serving(&port)]);
    let (endpoint, name) = (deployment().endpoint, deployment().name);
    stage.up(&deployment()).await.unwrap_err();
    assert_eq!(stage.lifecycle.signature(&endpoint, &name), None);
    stage.up(&deployment()).await.unwrap();
    assert_eq!(stage.lifecycle.signature(&endpoint, &name).as_deref(), Some("signed"));
    assert!(stage.document().error.is_none());
}

#[tokio::test]
async fn a_delete_stops_every_instance_and_forgets() {
    let port = Port::answering([200]).await;
    let stage = Stage::new([serving(&port), serving(&port), serving(&port)]);
    stage.up(&Deployment { instance_count: 2, ..deployment() }).await.unwrap();
    stage.up(&Deployment { name: DeploymentName::new("green"), ..deployment() }).await.unwrap();
    let (endpoint, name) = (deployment().endpoint, deployment().name);
    stage.lifecycle.delete_deployment(&endpoint, &name, Duration::ZERO).await;
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
    stage.lifecycle.delete_deployment(&endpoint, &name, Duration::ZERO).await;
    assert!(stage.running().await.is_empty());
    assert_eq!(ended(operation).await.unwrap_err().code, start::OPERATION_CANCELED);
}

/// The old one takes its whole grace; a delete in that time waits for it too.
#[tokio::test]
async fn a_delete_waits_for_what_is_still_being_replaced() {
    let port = Port::answering([200]).await;
    let stage = Stage::new([Script { stops: None, ..serving(&port) }]);
    stage.up(&deployment()).await.unwrap();
    let (endpoint, name, grace) = (deployment().endpoint, deployment().name, Duration::from_millis(300));
    let put = stage.lifecycle.put_deployment(deployment(), "signed".into(), RunOptions::default(), grace);
    tokio::task::yield_now().await;
    stage.lifecycle.delete_deployment(&endpoint, &name, Duration::ZERO).await;
    assert!(stage.running().await.is_empty());
    assert_eq!(ended(put).await.unwrap_err().code, start::OPERATION_CANCELED);
}
