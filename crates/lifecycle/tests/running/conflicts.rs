//! One operation on a deployment at a time.

use crate::deployment::{deployment, renewed};
use crate::port::Port;
use crate::stage::{Stage, ended, serving};
use diagnosis::start;
use lifecycle::plan::signature;
use model::{Deployment, DeploymentKind, RunOptions};
use semantics::operation::Operation;

async fn conflicts(kind: DeploymentKind, wanted: Operation, other: &Deployment) -> bool {
    let port = Port::answering([]).await;
    let stage = Stage::new([serving(&port)]);
    let blue = Deployment { kind, ..deployment() };
    let operation = stage.put(&blue, RunOptions::default());
    port.asked_at_least(1).await;
    let signed = signature(&Deployment { kind, ..other.clone() }, &RunOptions::default());
    let permitted = stage.lifecycle.permits(&blue.endpoint, &blue.name, wanted, Some(&signed));
    port.answer(200);
    ended(operation).await.unwrap();
    // Nothing is in the way of what comes after it.
    stage.lifecycle.permits(&blue.endpoint, &blue.name, wanted, Some(&signed)).unwrap();
    permitted.is_err_and(|error| error.code == start::OPERATION_CONFLICT)
}

#[tokio::test]
async fn kubernetes_refuses_what_is_not_the_same() {
    let kind = DeploymentKind::Kubernetes;
    assert!(conflicts(kind, Operation::Put, &renewed()).await);
    assert!(conflicts(kind, Operation::Delete, &deployment()).await);
    assert!(!conflicts(kind, Operation::Put, &deployment()).await);
    assert!(!conflicts(kind, Operation::TakeDown, &deployment()).await);
}

#[tokio::test]
async fn managed_endpoints_give_up_the_earlier_one() {
    let kind = DeploymentKind::Managed;
    assert!(!conflicts(kind, Operation::Put, &renewed()).await);
    assert!(!conflicts(kind, Operation::Delete, &deployment()).await);
}
