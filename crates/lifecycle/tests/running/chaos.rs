//! Faults on purpose: done to the right start of an instance, told as such, undone.

use crate::deployment::deployment;
use crate::port::Port;
use crate::stage::{Stage, serving, soon};
use diagnosis::{Diagnosis, local};
use lifecycle::{Harm, ProbeFault};
use model::{Deployment, DeploymentName, Effect, EndpointName, InstanceState, Probe, Probed, RequestFault, Share};
use std::time::Duration;

fn names() -> (EndpointName, DeploymentName) {
    (EndpointName::new("credit"), DeploymentName::new("blue"))
}

fn never() -> Probe {
    Probe { initial_delay: Duration::from_secs(3600), ..Probe::default() }
}

fn unprobed() -> Deployment {
    Deployment { liveness_probe: never(), readiness_probe: never(), ..deployment() }
}

/// Every 20 ms, two failures are enough.
fn quick() -> Probe {
    let (initial_delay, period) = (Duration::from_millis(20), Duration::from_millis(20));
    Probe { initial_delay, period, failure_threshold: 2, ..Probe::default() }
}

fn fact<'a>(diagnosis: &'a Diagnosis, wanted: &str) -> Option<&'a str> {
    diagnosis.facts.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
}

const BY: &str = "by local-endpoint chaos (kill-1), not by Azure and not by the model";

#[tokio::test]
async fn who_is_killed_is_restarted_and_the_reason_is_said() {
    let (first, second) = (Port::answering([200]).await, Port::answering([200]).await);
    let mut stage = Stage::new([serving(&first), serving(&second)]);
    stage.up(&unprobed()).await.unwrap();
    let (endpoint, blue) = names();
    let id = stage.lifecycle.running(&endpoint, &blue)[0].clone();
    for (harm, memory) in [(Harm::Kill, false), (Harm::ExhaustMemory, true)] {
        let harmed = stage.lifecycle.harm(&id, harm, "kill-1").await.unwrap();
        soon(stage.lifecycle.restarted(&harmed)).await;
        let said = stage.said().await;
        assert_eq!((fact(&said, "injected"), fact(&said, "exit code")), (Some(BY), Some("137")));
        assert!(said.headline().contains("memory") == memory && fact(&said, "memory").is_none(), "{said:?}");
        if harm == Harm::Kill {
            soon(stage.lifecycle.recovered(&harmed)).await;
        }
    }
}

/// What dies of itself later is not blamed on it.
#[tokio::test]
async fn who_is_resumed_is_as_before() {
    let (first, second) = (Port::answering([200]).await, Port::answering([200]).await);
    let mut stage = Stage::new([serving(&first), serving(&second)]);
    stage.up(&unprobed()).await.unwrap();
    let (endpoint, blue) = names();
    let id = stage.lifecycle.running(&endpoint, &blue)[0].clone();
    let harmed = stage.lifecycle.harm(&id, Harm::Freeze, "hang-1").await.unwrap();
    assert_eq!(stage.docker.frozen(), stage.running().await);
    stage.lifecycle.resume(&harmed).await.unwrap();
    assert!(stage.docker.frozen().is_empty());
    stage.crash(3).await;
    let said = stage.said().await;
    assert_eq!((fact(&said, "injected"), fact(&said, "exit code")), (None, Some("3")));
    stage.lifecycle.resume(&harmed).await.unwrap();
}

#[tokio::test]
async fn who_is_not_there_cannot_be_harmed() {
    let port = Port::answering([200]).await;
    let stage = Stage::new([serving(&port)]);
    stage.up(&unprobed()).await.unwrap();
    let (endpoint, blue) = names();
    let mut id = stage.lifecycle.running(&endpoint, &blue)[0].clone();
    id.number = 7;
    let error = stage.lifecycle.harm(&id, Harm::Kill, "kill-1").await.unwrap_err();
    assert_eq!(
        (error.code, error.headline()),
        (local::NO_INSTANCE, "blue/7 does not run, so nothing can be done to it")
    );
    assert!(stage.lifecycle.running(&endpoint, &DeploymentName::new("green")).is_empty());
}

#[tokio::test]
async fn a_readiness_probe_fails_until_it_is_healed() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([serving(&port)]);
    stage.up(&Deployment { readiness_probe: quick(), ..unprobed() }).await.unwrap();
    let (endpoint, blue) = names();
    let instances = stage.lifecycle.running(&endpoint, &blue);
    let fault = |probes| ProbeFault { id: "probe-fail-1".into(), instances: instances.clone(), probes };
    // Nobody asks for liveness here: nothing happens.
    stage.lifecycle.fail_probes(fault(Probed::Liveness));
    stage.lifecycle.heal(&endpoint, &blue, "probe-fail-1");
    stage.lifecycle.fail_probes(fault(Probed::Readiness));
    stage.state(InstanceState::Unready).await;
    assert!(!stage.served(|_| true).await.instances[0].ready);
    let events = stage.document().instances[0].events.clone();
    let injected =
        "Readiness probe failed: injected by local-endpoint chaos (probe-fail-1), not by Azure and not by the model";
    assert!(events.iter().any(|event| event.message == injected), "{events:?}");
    stage.lifecycle.heal(&endpoint, &blue, "another-1");
    assert!(!stage.served(|_| true).await.instances[0].ready);
    stage.lifecycle.heal(&endpoint, &blue, "probe-fail-1");
    stage.ready().await;
}

#[tokio::test]
async fn requests_are_faulted_through_the_fleet() {
    let port = Port::answering([200]).await;
    let stage = Stage::new([serving(&port)]);
    stage.up(&unprobed()).await.unwrap();
    let (endpoint, blue) = names();
    let fault = |id: &str| RequestFault {
        id: id.into(),
        effect: Effect::Drop,
        instance: None,
        share: Share::ALL,
        seed: 0,
        counts: Default::default(),
    };
    stage.lifecycle.fault_requests(&endpoint, &blue, fault("drop-1"));
    stage.lifecycle.fault_requests(&endpoint, &blue, fault("slow-2"));
    assert_eq!(stage.served(|_| true).await.faults, [fault("drop-1"), fault("slow-2")]);
    stage.lifecycle.heal(&endpoint, &blue, "drop-1");
    assert_eq!(stage.served(|_| true).await.faults, [fault("slow-2")]);
}
