//! Starts that fail, explained; nothing of them runs on.

use crate::deployment::{deployment, environment, no_code};
use crate::port::Port;
use crate::stage::{Stage, log, printed, serving};
use diagnosis::{Diagnosis, engine as rows, start};
use engine::EngineError;
use engine::scripted::Script;
use model::{Code, Deployment, EventKind, Probe, ProvisioningState};
use std::time::Duration;

/// `blue`, as the kept logs of the server know it.
fn logged() -> Deployment {
    let code = Code { folder: "/home/me/credit/code".into(), scoring_script: "score.py".into() };
    Deployment { code: Some(code), ..deployment() }
}

async fn failing(name: &str, code: Option<i64>) -> (Stage, Diagnosis) {
    let ends = code.map(|code| (Duration::ZERO, code));
    let script = Script { address: Some(Port::refused()), lines: log(name), ends, stops: Some(0), ..Script::default() };
    let stage = Stage::new([script]);
    let failure = stage.up(&logged()).await.unwrap_err();
    (stage, failure)
}

#[tokio::test]
async fn an_exit_is_explained_and_the_instance_removed() {
    let (mut stage, failure) = failing("init_raises.log", Some(3)).await;
    printed("init-raises.txt", std::slice::from_ref(&failure));
    assert!(stage.running().await.is_empty());
    assert!(stage.served(|_| true).await.instances.is_empty());
    let document = stage.document();
    assert_eq!(
        (document.provisioning_state, document.error.unwrap().code.as_str()),
        (ProvisioningState::Failed, "ResourceNotReady")
    );
    let of = |kind| if let EventKind::DeploymentFailed { error, .. } = kind { Some(error) } else { None };
    assert_eq!(stage.event(of).await, failure);
}

#[tokio::test]
async fn its_log_is_kept() {
    let (stage, _) = failing("init_raises.log", Some(3)).await;
    let kept = std::fs::read_to_string(stage.folder.path().join("logs/credit/blue.log")).unwrap();
    assert_eq!(kept, log("init_raises.log").join("\n"));
}

/// The server goes on for ever, so there is no exit to wait for.
#[tokio::test]
async fn workers_that_die_again_and_again_are_found() {
    let (stage, failure) = failing("init_os_exit.log", None).await;
    printed("boot-loop.txt", &[failure]);
    assert!(stage.running().await.is_empty());
}

#[tokio::test]
async fn what_fails_its_liveness_probe_from_the_start_is_given_up() {
    let port = Port::answering([503]).await;
    let stage = Stage::new([serving(&port)]);
    let (initial_delay, period) = (Duration::from_millis(20), Duration::from_millis(20));
    let liveness_probe = Probe { initial_delay, period, failure_threshold: 3, ..Probe::default() };
    let failure = stage.up(&Deployment { liveness_probe, ..deployment() }).await.unwrap_err();
    assert_eq!((failure.code, failure.cause), (start::RESOURCE_NOT_READY, Some(start::LIVENESS_PROBE_FAILED)));
    assert!(stage.running().await.is_empty());
}

#[tokio::test]
async fn one_that_fails_takes_the_others_with_it() {
    let port = Port::answering([200]).await;
    let refused = Script { refused: Some(EngineError::DiskFull("no space".into())), ..Script::default() };
    let stage = Stage::new([serving(&port), serving(&port), refused]);
    let failure = stage.up(&Deployment { instance_count: 3, ..deployment() }).await.unwrap_err();
    assert_eq!(failure.code, rows::DISK_FULL);
    assert!(stage.running().await.is_empty());
    assert!(stage.served(|_| true).await.instances.is_empty());
    assert!(stage.document().instances.iter().all(|instance| instance.state == "Failed" && !instance.ready));
}

/// As fast as that: an engine takes its address back with it.
#[tokio::test]
async fn what_ends_before_it_has_an_address_is_explained() {
    let stage =
        Stage::new([Script { ends: Some((Duration::ZERO, 1)), lines: vec!["bad".into()], ..Script::default() }]);
    let failure = stage.up(&deployment()).await.unwrap_err();
    assert_eq!((failure.cause, failure.log_tail), (Some(start::CONTAINER_CRASHED), vec!["bad".to_owned()]));
}

#[tokio::test]
async fn an_engine_that_gives_no_address_is_said() {
    let stage = Stage::new([Script { stops: Some(0), ..Script::default() }]);
    assert_eq!(stage.up(&deployment()).await.unwrap_err().code, rows::ENGINE_FAILED);
    assert!(stage.running().await.is_empty());
}

fn refusals() -> [EngineError; 11] {
    let image = "azureml-like:1".to_owned();
    [
        EngineError::Unavailable("connection reset".into()),
        EngineError::Denied { image: image.clone(), reason: "unauthorized".into(), login: true },
        EngineError::RegistryFailed { image: image.clone(), reason: "EOF".into() },
        EngineError::ImageNotFound { image, reason: "manifest unknown".into() },
        EngineError::BuildFailed {
            step: "pip install".into(),
            reason: "No matching distribution found for nonsense".into(),
            log: vec!["Collecting nonsense".into(), "ERROR: No matching distribution found for nonsense".into()],
        },
        EngineError::ProgramNotFound { program: "azmlinfsrv".into() },
        EngineError::ProgramNotFound { program: "serve.sh".into() },
        EngineError::MountMissing("/home/me/credit/model".into()),
        EngineError::PortTaken(5001),
        EngineError::Other("the engine's own words".into()),
        EngineError::Other("crun: exec container process `/serve`: Exec format error: OCI runtime error".into()),
    ]
}

#[tokio::test]
async fn an_engines_refusal_has_its_code_and_remedy() {
    let mut said = vec![];
    for refused in refusals() {
        let mut stage = Stage::new([Script { refused: Some(refused), ..Script::default() }]);
        let failure = stage.up(&deployment()).await.unwrap_err();
        let of = |kind| if let EventKind::DeploymentFailed { error, .. } = kind { Some(error) } else { None };
        assert_eq!(stage.event(of).await, failure);
        said.push(failure);
    }
    printed("engine-refusals.txt", &said);
}

/// What to fetch, and what to write.
#[tokio::test]
async fn a_triton_model_says_which_image_is_missing() {
    let missing = EngineError::ImageAbsent { image: "tritonserver:1".into() };
    let stage = Stage::new([Script { refused: Some(missing), ..Script::default() }]);
    let failure = stage.up(&no_code("triton")).await.unwrap_err();
    printed("triton-image-missing.txt", &[failure]);
}

/// An `environment` of its own, and no script: in Azure nothing serves it.
#[tokio::test]
async fn an_mlflow_model_in_an_image_needs_a_script() {
    let deployment = Deployment { environment: environment(None), ..no_code("mlflow") };
    let failure = Stage::new([Script::default()]).up(&deployment).await.unwrap_err();
    printed("no-code-in-an-image.txt", &[failure]);
}
