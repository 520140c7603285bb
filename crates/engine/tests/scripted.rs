//! The scripted engine does what it is told.
#![allow(clippy::unwrap_used)]

use engine::scripted::{Script, ScriptedEngine};
use engine::{Base, BuildTerms, Engine, EngineError, InstanceHandle, Launch, LogSource, PortUse, Recipe};
use futures_util::StreamExt;
use std::time::Duration;

async fn launch(engine: &ScriptedEngine) -> Launch {
    let recipe = Recipe::Image { image: "a:1".into(), pull: engine::Pull::Missing };
    let base: Base = engine.prepare(&recipe, &BuildTerms::default(), &|_| ()).await.unwrap();
    Launch {
        name: "blue-0".into(),
        base,
        argv: None,
        workdir: None,
        env: Default::default(),
        mounts: vec![],
        ports: [(PortUse::Serve, 5001)].into(),
        labels: [("deployment".to_owned(), "blue".to_owned())].into(),
        memory_bytes: None,
        nano_cpus: None,
        outward: engine::Outward::Open,
        gpus: false,
        private_root: "/nowhere".into(),
    }
}

#[tokio::test(start_paused = true)]
async fn an_instance_ends_by_its_script() {
    let address = "127.0.0.1:9".parse().unwrap();
    let crash = Script {
        lines: vec!["one".into(), "two".into()],
        ends: Some((Duration::from_secs(3), 3)),
        address: Some(address),
        ..Script::default()
    };
    let engine = ScriptedEngine::new([crash]);
    let launch = launch(&engine).await;
    let started = engine.start(&launch).await.unwrap();
    assert_eq!(started.addresses[&PortUse::Serve], address);
    let lines = engine.logs(&started.handle, LogSource { tail: Some(1), follow: true }).await.unwrap();
    assert_eq!(lines.map(|line| line.text).collect::<Vec<_>>().await, ["two"]);
    assert_eq!(engine.wait(&started.handle).await.unwrap().code, 3);
    engine.remove(&InstanceHandle(launch.name.clone())).await.unwrap();
    assert!(engine.list(&launch.labels).await.unwrap().is_empty());
    assert_eq!(engine.launches(), [launch]);
}

#[tokio::test(start_paused = true)]
async fn who_does_not_stop_is_killed_and_a_start_can_be_refused() {
    let refused = Script { refused: Some(EngineError::PortTaken(1)), ..Script::default() };
    let engine = ScriptedEngine::new([Script::default(), refused]);
    let launch = launch(&engine).await;
    let started = engine.start(&launch).await.unwrap();
    let begin = tokio::time::Instant::now();
    engine.stop(&started.handle, Duration::from_secs(2)).await.unwrap();
    assert_eq!((engine.wait(&started.handle).await.unwrap().code, begin.elapsed().as_secs()), (137, 2));
    assert!(matches!(engine.start(&launch).await, Err(EngineError::PortTaken(1))));
}

#[tokio::test(start_paused = true)]
async fn faults_on_purpose_do_what_they_say() {
    let engine = ScriptedEngine::new([Script::default(), Script::default()]);
    let launch = launch(&engine).await;
    let started = engine.start(&launch).await.unwrap();
    engine.freeze(&started.handle).await.unwrap();
    assert_eq!(engine.frozen(), std::slice::from_ref(&started.handle));
    engine.resume(&started.handle).await.unwrap();
    assert!(engine.frozen().is_empty());
    engine.kill(&started.handle).await.unwrap();
    assert_eq!(engine.wait(&started.handle).await.unwrap().code, 137);
    let started = engine.start(&launch).await.unwrap();
    engine.exhaust_memory(&started.handle).await.unwrap();
    assert!(engine.wait(&started.handle).await.unwrap().out_of_memory);
}
