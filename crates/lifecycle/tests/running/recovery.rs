//! What a killed emulator left, and an engine that goes away.

use crate::deployment::{deployment, renewed};
use crate::port::Port;
use crate::stage::{Stage, ended, serving};
use diagnosis::{engine as rows, plan};
use engine::scripted::{Script, ScriptedEngine};
use engine::{Engine, Exit, InstanceHandle, Labels};
use lifecycle::plan::signature;
use model::{Deployment, EventKind, InstanceState, RunOptions};
use std::time::Duration;

fn two() -> Deployment {
    Deployment { instance_count: 2, ..deployment() }
}

/// An engine on which an emulator put this and was killed: its tasks end in the middle of whatever they do.
async fn left_behind(scripts: Vec<Script>, deployment: &Deployment) -> ScriptedEngine {
    let (docker, deployment) = (ScriptedEngine::new(scripts), deployment.clone());
    let engine = docker.clone();
    let emulator = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { Stage::on(engine).up(&deployment).await.unwrap() });
    };
    tokio::task::spawn_blocking(emulator).await.unwrap();
    docker
}

/// The next emulator on it: the numbers of what it adopts, and how many it removed.
async fn after_it(docker: &ScriptedEngine, wanted: &Deployment) -> (Stage, Vec<u32>, usize) {
    let labels = Labels::from([("dev.local-endpoint.project".to_owned(), "0123456789abcdef".to_owned())]);
    let stage = Stage::on(docker.clone());
    let (orphans, _) = lifecycle::orphans(stage.engines(), &labels, |_| false).await;
    let options = RunOptions::default();
    let signed = [(wanted, signature(wanted, &options))];
    let (kept, rest) = lifecycle::wanted(orphans, signed.into_iter(), &options);
    let removed = lifecycle::remove(rest).await.removed.len();
    let numbers = kept.iter().map(|orphan| orphan.number).collect();
    stage.lifecycle.adopts(kept);
    (stage, numbers, removed)
}

async fn running(docker: &ScriptedEngine) -> Vec<InstanceHandle> {
    docker.list(&Labels::new()).await.unwrap().into_iter().map(|found| found.handle).collect()
}

#[tokio::test]
async fn what_still_is_as_wanted_serves_on() {
    let port = Port::answering([200]).await;
    let docker = left_behind(vec![serving(&port), serving(&port)], &two()).await;
    let before = running(&docker).await;
    let (mut stage, adopted, removed) = after_it(&docker, &two()).await;
    stage.up(&two()).await.unwrap();
    assert_eq!((adopted, removed, running(&docker).await), (vec![0, 1], 0, before));
    assert_eq!(docker.launches().len(), 2);
    let served = stage.ready().await;
    assert!(served.instances.iter().all(|instance| instance.ready && instance.address == port.address));
    assert_eq!(stage.said().await.code, plan::INSTANCE_ADOPTED);
}

#[tokio::test]
async fn what_is_not_is_removed() {
    let (old, new) = (Port::answering([200]).await, Port::answering([200]).await);
    let docker = left_behind(vec![serving(&old)], &deployment()).await;
    docker.then([serving(&new)]);
    let (stage, adopted, removed) = after_it(&docker, &renewed()).await;
    stage.up(&renewed()).await.unwrap();
    assert_eq!((adopted, removed, running(&docker).await.len()), (vec![], 1, 1));
    assert_eq!(stage.ready().await.instances[0].address, new.address);
}

#[tokio::test]
async fn what_cannot_be_removed_is_told_and_the_rest_is_removed() {
    let port = Port::answering([200]).await;
    let stuck = Script { unremovable: true, ..serving(&port) };
    let docker = left_behind(vec![stuck, serving(&port)], &two()).await;
    let swept = lifecycle::sweep(Stage::on(docker.clone()).engines(), &Labels::new(), |_| false).await;
    let left = docker.list(&Labels::new()).await.unwrap();
    let stayed: Vec<_> = left.iter().map(|it| format!("{}: it cannot be removed", it.name)).collect();
    assert_eq!((swept.removed.len(), swept.stayed.len(), swept.stayed), (1, 1, stayed));
}

/// As a dev container does with every rebuild, and a job of a pipeline with every run.
#[tokio::test]
async fn what_a_container_left_that_is_no_more_is_removed() {
    let port = Port::answering([200]).await;
    for (runs, removed) in [(Some(true), 0), (Some(false), 1), (None, 0)] {
        let script = Script { elsewhere: runs, ..serving(&port) };
        let docker = left_behind(vec![script], &deployment()).await;
        let swept = lifecycle::sweep(Stage::on(docker).engines(), &Labels::new(), |_| true).await;
        assert_eq!(swept.removed.len(), removed, "{runs:?}");
    }
}

#[tokio::test]
async fn no_more_than_are_wanted_are_adopted() {
    let port = Port::answering([200]).await;
    let docker = left_behind(vec![serving(&port), serving(&port)], &two()).await;
    let (stage, adopted, removed) = after_it(&docker, &deployment()).await;
    stage.up(&deployment()).await.unwrap();
    assert_eq!((adopted, removed, docker.launches().len()), (vec![0], 1, 2));
}

#[tokio::test]
async fn what_is_missing_is_started() {
    let port = Port::answering([200]).await;
    let docker = left_behind(vec![serving(&port)], &deployment()).await;
    docker.then([serving(&port)]);
    let (stage, adopted, removed) = after_it(&docker, &two()).await;
    stage.up(&two()).await.unwrap();
    assert_eq!((adopted, removed, docker.launches().len(), running(&docker).await.len()), (vec![0], 0, 2, 2));
}

#[tokio::test]
async fn who_does_not_answer_is_started_anew() {
    let (dead, new) = (Port::answering([200]).await, Port::answering([200]).await);
    let mut hurried = deployment();
    hurried.request_settings.request_timeout = Duration::from_millis(1);
    let docker = left_behind(vec![serving(&dead)], &hurried).await;
    docker.then([serving(&new)]);
    let (stage, adopted, _) = after_it(&docker, &hurried).await;
    // It runs, and is silent.
    dead.falls_silent();
    stage.up(&hurried).await.unwrap();
    assert_eq!((adopted, running(&docker).await.len()), (vec![0], 1));
    assert_eq!(stage.ready().await.instances[0].address, new.address);
}

#[tokio::test]
async fn it_is_watched_again_and_its_former_lines_explain_its_end() {
    let port = Port::answering([200]).await;
    let said = Script { lines: vec!["before".into()], ..serving(&port) };
    let docker = left_behind(vec![said], &deployment()).await;
    docker.then([serving(&port)]);
    let (mut stage, ..) = after_it(&docker, &deployment()).await;
    stage.up(&deployment()).await.unwrap();
    assert_eq!(stage.said().await.code, plan::INSTANCE_ADOPTED);
    stage.crash(7).await;
    assert_eq!(stage.said().await.log_tail, ["before"]);
    stage.state(InstanceState::Restarting).await;
    stage.state(InstanceState::Ready).await;
    // Restarts count on from the label.
    assert_eq!(docker.launches()[1].labels["dev.local-endpoint.restarts"], "1");
}

#[tokio::test]
async fn an_engine_that_is_away_ends_nothing() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([serving(&port), serving(&port)]);
    stage.up(&two()).await.unwrap();
    let before = stage.ready().await;
    stage.docker.goes_away();
    assert_eq!(stage.said().await.code, rows::ENGINE_AWAY);
    assert_eq!(stage.ready().await, before);
    stage.docker.comes_back();
    assert_eq!(stage.said().await.code, rows::ENGINE_BACK);
    assert_eq!((stage.ready().await, stage.docker.launches().len()), (before, 2));
    // It is watched again.
    stage.crash(1).await;
    assert_eq!(stage.said().await.cause, Some(diagnosis::start::CONTAINER_CRASHED));
}

/// As a restart of the engine without live-restore does. What ended with it has not crashed: however often that
/// happens, nobody waits for a back-off.
#[tokio::test]
async fn what_it_stopped_in_the_meantime_is_started_again_when_it_is_back() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([serving(&port), serving(&port), serving(&port)]);
    stage.up(&deployment()).await.unwrap();
    for (restarts, code) in [(1, 0), (2, 137)] {
        let handle = stage.running().await[0].clone();
        stage.docker.goes_away();
        stage.docker.end(&handle, Exit { code, out_of_memory: false, error: String::new() });
        assert_eq!(stage.said().await.code, rows::ENGINE_AWAY);
        // Nobody is sent where somebody else may be by now.
        stage.served(|served| served.instances.iter().all(|instance| !instance.ready)).await;
        stage.docker.comes_back();
        assert_eq!(stage.said().await.code, rows::ENGINE_BACK);
        assert_eq!(stage.said().await.cause, Some(rows::ENDED_WITH_ENGINE));
        stage.state(InstanceState::Ready).await;
        assert_eq!((stage.document().instances[0].restarts, stage.running().await.len()), (restarts, 1));
    }
}

/// It takes calls and answers none, as one that is frozen or in trouble does.
#[tokio::test]
async fn an_engine_that_stands_still_is_said_while_somebody_waits() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([serving(&port), serving(&port)]);
    stage.up(&deployment()).await.unwrap();
    stage.docker.stands_still();
    let operation = stage.put(&two(), RunOptions::default());
    let said = stage.said().await;
    assert_eq!((said.code, said.message.ends_with("no answer within 5 s")), (rows::ENGINE_AWAY, true), "{said:?}");
    assert!(stage.ready().await.instances[0].ready);
    stage.docker.moves_on();
    assert_eq!(stage.said().await.code, rows::ENGINE_BACK);
    ended(operation).await.unwrap();
    assert_eq!(stage.running().await.len(), 2);
}

#[tokio::test]
async fn nothing_is_created_on_an_engine_that_is_away() {
    let stage = Stage::new([]);
    stage.docker.goes_away();
    assert_eq!(stage.up(&deployment()).await.unwrap_err().code, rows::ENGINE_UNAVAILABLE);
}

/// Whoever may run without being known would keep its memory and its name for ever.
#[tokio::test]
async fn what_it_had_begun_when_it_went_away_is_removed_when_it_is_back() {
    let stage = Stage::new([Script { unheard: true, ..Script::default() }]);
    assert_eq!(stage.up(&deployment()).await.unwrap_err().code, rows::ENGINE_UNAVAILABLE);
    assert_eq!(stage.docker.launches().len(), 1);
    stage.docker.comes_back();
    stage.removed(0).await;
}

#[tokio::test]
async fn so_is_what_it_had_begun_to_start_again() {
    let port = Port::answering([200]).await;
    let unheard = Script { unheard: true, ..Script::default() };
    let mut stage = Stage::new([serving(&port), unheard, serving(&port)]);
    stage.up(&deployment()).await.unwrap();
    stage.crash(1).await;
    assert_eq!(stage.said().await.cause, Some(diagnosis::start::CONTAINER_CRASHED));
    assert_eq!(stage.said().await.code, rows::ENGINE_AWAY);
    stage.docker.comes_back();
    stage.state(InstanceState::Ready).await;
    assert_eq!((stage.docker.launches().len(), stage.running().await.len()), (3, 1));
}

#[tokio::test]
async fn an_update_fails_while_it_is_away_and_the_old_version_serves() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([serving(&port)]);
    stage.up(&deployment()).await.unwrap();
    stage.docker.goes_away();
    let operation = stage.put(&renewed(), RunOptions::default());
    assert_eq!(ended(operation).await.unwrap_err().code, rows::ENGINE_UNAVAILABLE);
    assert!(stage.ready().await.instances[0].ready);
    let failed = |kind| matches!(kind, EventKind::DeploymentFailed { .. }).then_some(());
    stage.event(failed).await;
    stage.docker.comes_back();
    assert_eq!(stage.docker.list(&Labels::new()).await.unwrap().len(), 1);
}
