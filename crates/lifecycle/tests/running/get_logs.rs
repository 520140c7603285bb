//! `get-logs`: one instance as Azure tells of it.

use crate::deployment::deployment;
use crate::port::Port;
use crate::stage::{Stage, serving};
use diagnosis::local;
use engine::scripted::Script;
use model::{Deployment, DeploymentName, EndpointName, InstanceState, RunOptions};

fn credit() -> EndpointName {
    EndpointName::new("credit")
}

/// Times left out.
fn told(stage: &Stage, last: usize) -> Vec<String> {
    let untimed = |line: String| match line.split_once(", Time: ").zip(line.split_once(", Message: ")) {
        Some(((before, _), (_, message))) => format!("{before}: {message}"),
        None => line,
    };
    let lines = stage.lifecycle.logs_as_azure(&credit(), None, last).unwrap();
    lines.into_iter().map(untimed).collect()
}

#[tokio::test]
async fn none_while_it_is_created() {
    let stuck = Port::answering([]).await;
    let stage = Stage::new([serving(&stuck)]);
    let _operation = stage.put(&deployment(), RunOptions::default());
    stuck.asked_at_least(1).await;
    assert_eq!(told(&stage, 5), ["Deployment is in deleting or creating state so logs can't be retrieved."]);
}

#[tokio::test]
async fn its_state_its_events_and_its_last_lines() {
    let port = Port::answering([200]).await;
    let lines = ["one", "two", "three"].map(str::to_owned).to_vec();
    let mut stage = Stage::new([Script { lines, ..serving(&port) }]);
    stage.up(&deployment()).await.unwrap();
    for _ in 0..3 {
        stage.event(|kind| matches!(kind, model::EventKind::Log { .. }).then_some(())).await;
    }
    let expected = "Instance status:
SystemSetup: Succeeded
UserContainerImagePull: Succeeded
ModelDownload: Succeeded
UserContainerStart: Succeeded

Container events:
Kind: Pod, Name: Pulling, Type: Normal: Start pulling container image
Kind: Pod, Name: Pulled, Type: Normal: Container image is pulled successfully
Kind: Pod, Name: Downloading, Type: Normal: Start downloading models
Kind: Pod, Name: Downloaded, Type: Normal: Models are downloaded successfully or no model need to download
Kind: Pod, Name: Created, Type: Normal: Created container inference-server
Kind: Pod, Name: Started, Type: Normal: Started container inference-server

Container logs:
two
three";
    assert_eq!(told(&stage, 2).join("\n"), expected);
}

#[tokio::test]
async fn one_that_crashed_is_on_its_way() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([serving(&port), Script::default()]);
    stage.up(&deployment()).await.unwrap();
    stage.crash(1).await;
    stage.state(InstanceState::Restarting).await;
    assert!(told(&stage, 0).contains(&"UserContainerStart: InProgress".to_owned()));
}

#[tokio::test]
async fn of_several_one_must_be_named() {
    let port = Port::answering([200]).await;
    let stage = Stage::new([serving(&port), serving(&port)]);
    stage.up(&deployment()).await.unwrap();
    stage.up(&Deployment { name: DeploymentName::new("green"), ..deployment() }).await.unwrap();
    let fault = stage.lifecycle.logs_as_azure(&credit(), None, 5).unwrap_err();
    assert_eq!(
        (fault.code, fault.message.as_str()),
        (local::DEPLOYMENT_NOT_FOUND, "which deployment? There are blue, green")
    );
    assert!(stage.lifecycle.logs_as_azure(&credit(), Some(&DeploymentName::new("green")), 5).is_ok());
}
