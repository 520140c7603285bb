//! Which engine runs a deployment, and when it may be another one.

use crate::deployment::{IMAGE, conda, custom_container, deployment, with_conda};
use crate::port::Port;
use crate::stage::{Stage, ended, printed, serving};
use diagnosis::{Diagnosis, engine as rows, plan};
use engine::{Base, EngineError};
use model::{Deployment, EngineChoice, EnvironmentSource, PullPolicy, RunOptions};

fn unreachable() -> EngineError {
    EngineError::Unreachable { target: "mcr.microsoft.com".into(), reason: "name resolution failed".into() }
}

fn on(engine: EngineChoice) -> RunOptions {
    RunOptions { engine, ..RunOptions::default() }
}

/// How often each engine was asked to start something.
fn launches(stage: &Stage) -> (usize, usize) {
    (stage.docker.launches().len(), stage.process.launches().len())
}

async fn refused(stage: &Stage, deployment: &Deployment, engine: EngineChoice) -> Diagnosis {
    let failure = ended(stage.put(deployment, on(engine))).await.unwrap_err();
    assert_eq!(launches(stage), (0, 0));
    failure
}

#[tokio::test]
async fn without_a_container_engine_auto_runs_processes_and_says_so() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::without_docker();
    stage.process.then([serving(&port)]);
    stage.up(&deployment()).await.unwrap();
    assert_eq!(stage.document().instances[0].engine, "process");
    printed("fell-back-no-engine.txt", &stage.all_said().await);
}

#[tokio::test]
async fn a_registry_out_of_reach_makes_auto_fall_back_and_everything_is_said_once() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([]);
    stage.docker.prepares(Err(unreachable()));
    stage.process.then([serving(&port)]);
    stage.up(&with_conda(conda(&[("python", "=3.11")], &["azureml-defaults"]))).await.unwrap();
    assert_eq!(launches(&stage), (0, 1));
    printed("fell-back-unreachable.txt", &stage.all_said().await);
}

#[tokio::test]
async fn so_does_a_package_index_out_of_reach_of_the_build() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([]);
    let base = Base { name: IMAGE.into(), id: IMAGE.into(), made: false, facts: Default::default() };
    stage.docker.prepares(Ok(base));
    stage.docker.prepares(Err(unreachable()));
    stage.process.then([serving(&port)]);
    stage.up(&with_conda(conda(&[], &["azureml-defaults"]))).await.unwrap();
    assert_eq!(launches(&stage), (0, 1));
    let codes: Vec<_> = stage.all_said().await.into_iter().map(|said| said.code).collect();
    assert_eq!(codes, [plan::NOT_FAITHFUL, plan::ENGINE_FELL_BACK, plan::LIMITS_NOT_KEPT]);
}

#[tokio::test]
async fn an_index_out_of_reach_keeps_what_was_said() {
    let log = ["Step 2/2 : pip", "connection refused"].map(str::to_owned).to_vec();
    let error = EngineError::IndexUnreachable { step: "pip".into(), reason: "refused".into(), log: log.clone() };
    let stage = Stage::new([]);
    stage.docker.prepares(Err(error));
    let failure = refused(&stage, &deployment(), EngineChoice::Auto).await;
    assert_eq!(failure.log_tail, log);
    let [(step, at), (whole, path)] = &failure.facts[..] else { panic!("{failure:?}") };
    assert_eq!((step.as_str(), at.as_str(), whole.as_str()), ("step", "pip", "whole log"));
    assert_eq!(std::fs::read_to_string(path).unwrap(), log.join("\n") + "\n");
}

#[tokio::test]
async fn nothing_else_falls_back() {
    let (image, reason) = (IMAGE.to_owned(), "no".to_owned());
    let build = EngineError::BuildFailed { step: "pip".into(), reason: reason.clone(), log: vec![] };
    for (error, code) in [
        (EngineError::Denied { image: image.clone(), reason: reason.clone(), login: false }, rows::IMAGE_DENIED),
        (EngineError::RegistryFailed { image: image.clone(), reason: reason.clone() }, rows::REGISTRY_FAILED),
        (EngineError::ImageNotFound { image, reason: reason.clone() }, rows::IMAGE_NOT_FOUND),
        (build, rows::IMAGE_BUILD_FAILED),
        (
            EngineError::IndexUnreachable { step: "pip".into(), reason: reason.clone(), log: vec![] },
            rows::PACKAGE_INDEX_UNREACHABLE,
        ),
        (EngineError::DiskFull(reason.clone()), rows::DISK_FULL),
        (EngineError::Other(reason), rows::ENGINE_FAILED),
    ] {
        let stage = Stage::new([]);
        stage.docker.prepares(Err(error));
        assert_eq!(refused(&stage, &deployment(), EngineChoice::Auto).await.code, code);
    }
}

#[tokio::test]
async fn an_image_of_its_own_never_falls_back() {
    let mut built = deployment();
    built.environment.source = EnvironmentSource::Build { context: "docker".into(), dockerfile: "Dockerfile".into() };
    let without_code = Deployment { code: None, ..deployment() };
    for deployment in [custom_container(), built, without_code] {
        let stage = Stage::new([]);
        stage.docker.prepares(Err(unreachable()));
        let refused_so = refused(&stage, &deployment, EngineChoice::Auto).await;
        assert_eq!(refused_so.cause.unwrap_or(refused_so.code), rows::IMAGE_UNREACHABLE);
        let stage = Stage::without_docker();
        assert_eq!(refused(&stage, &deployment, EngineChoice::Auto).await.code, rows::ENGINE_UNAVAILABLE);
        assert_eq!(refused(&stage, &deployment, EngineChoice::Process).await.code, rows::ENGINE_UNAVAILABLE);
    }
}

#[tokio::test]
async fn who_insists_on_the_registry_gets_no_processes() {
    let stage = Stage::new([]);
    stage.docker.prepares(Err(unreachable()));
    let always = RunOptions { pull: PullPolicy::Always, ..RunOptions::default() };
    let failure = ended(stage.put(&deployment(), always)).await.unwrap_err();
    assert_eq!((failure.code, launches(&stage)), (rows::IMAGE_UNREACHABLE, (0, 0)));
}

#[tokio::test]
async fn docker_by_name_insists() {
    let stage = Stage::new([]);
    stage.docker.prepares(Err(unreachable()));
    assert_eq!(refused(&stage, &deployment(), EngineChoice::Docker).await.code, rows::IMAGE_UNREACHABLE);
    let failure = refused(&Stage::without_docker(), &deployment(), EngineChoice::Docker).await;
    printed("no-engine.txt", &[failure]);
}

#[tokio::test]
async fn process_by_name_asks_no_container_engine() {
    let port = Port::answering([200]).await;
    let stage = Stage::new([]);
    stage.process.then([serving(&port)]);
    ended(stage.put(&deployment(), on(EngineChoice::Process))).await.unwrap();
    assert_eq!(launches(&stage), (0, 1));
    let launch = &stage.process.launches()[0];
    assert_eq!(launch.private_root.parent().unwrap(), stage.folder.path().join("run"));
}

#[tokio::test]
async fn a_start_that_fails_never_falls_back() {
    let refused = engine::scripted::Script { refused: Some(unreachable()), ..Default::default() };
    let stage = Stage::new([refused]);
    assert_eq!(stage.up(&deployment()).await.unwrap_err().code, rows::IMAGE_UNREACHABLE);
    assert_eq!(launches(&stage), (1, 0));
}
