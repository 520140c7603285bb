//! The docker engine against a real one. Left out, with a printed line, where none answers;
//! LOCAL_ENDPOINT_TEST_DOCKER=required makes that a failure.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support {
    #[path = "../support/bench.rs"]
    pub mod bench;
    #[path = "../support/contract.rs"]
    pub mod contract;
    #[path = "../support/docker.rs"]
    pub mod docker;
}

use engine::{Engine, EngineError, Mount, MountSource, Pull, Recipe};
use std::process::Command;
use std::sync::Mutex;
use support::bench::{Bench, LABEL};
use support::docker::{IMAGE, docker, image, remove_containers};

contract! { bench:
    an_instance_serves_stops_and_goes
    the_exit_code_is_the_programs
    who_does_not_stop_is_killed
    who_is_killed_ends_with_137
    who_is_frozen_answers_when_it_is_resumed
    who_is_frozen_can_be_killed_stopped_and_removed
    a_running_instance_can_be_removed
    logs_keep_streams_lines_and_order
    following_ends_with_the_instance
    a_missing_mount_is_named
    a_missing_program_is_named
    an_archive_can_be_mounted
    labels_are_all_asked_for
}

async fn bench() -> Option<Bench> {
    let cache = tempfile::tempdir().unwrap().keep();
    let engine = docker(&cache).await?;
    let base = image(&engine).await;
    std::fs::remove_dir_all(cache).unwrap();
    Some(Bench::new(Box::new(engine), base, "0.0.0.0", remove_containers))
}

#[tokio::test]
async fn mounts_are_read_only_and_ports_are_on_the_loopback() {
    let Some(bench) = bench().await else { return };
    let started = bench.engine.start(&bench.python(&["-c", "open('new', 'w')"])).await.unwrap();
    let lines = bench.lines(&started.handle, None, true).await;
    assert!(lines.last().unwrap().contains("Read-only file system"), "{lines:?}");
    bench.engine.remove(&started.handle).await.unwrap();
    let started = bench.engine.start(&bench.server()).await.unwrap();
    let output = Command::new("docker").args(["port", &started.handle.0]).output().unwrap();
    let address = started.addresses[&engine::PortUse::Serve];
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("5001/tcp -> {address}\n"));
    assert!(address.ip().is_loopback());
}

#[tokio::test]
async fn memory_ends_at_the_limit_and_cores_at_the_engines() {
    let Some(bench) = bench().await else { return };
    let mut launch = bench.python(&["-c", "x = bytearray(300 << 20)"]);
    (launch.memory_bytes, launch.nano_cpus) = (Some(64 << 20), Some(4_000_000_000_000));
    let started = bench.engine.start(&launch).await.unwrap();
    let exit = bench.engine.wait(&started.handle).await.unwrap();
    assert_eq!((exit.code, exit.out_of_memory), (137, true));
}

/// With a limit far above what it uses, and with none: the machine is never short.
#[tokio::test]
async fn memory_runs_out_on_purpose() {
    let Some(bench) = bench().await else { return };
    for limit in [Some(8 << 30), None] {
        let mut launch = bench.server();
        launch.memory_bytes = limit;
        let started = bench.engine.start(&launch).await.unwrap();
        bench.until(&started.handle, "listening as blue").await;
        let (told, done) =
            tokio::join!(bench.engine.out_of_memory(&started.handle), bench.engine.exhaust_memory(&started.handle));
        told.unwrap();
        done.unwrap();
        let exit = bench.engine.wait(&started.handle).await.unwrap();
        assert_eq!((exit.code, exit.out_of_memory), (137, true));
        bench.engine.remove(&started.handle).await.unwrap();
    }
}

/// Without a shell there is nothing that could take it.
#[tokio::test]
async fn memory_that_nothing_takes_is_said() {
    let Some(bench) = bench().await else { return };
    let mut launch =
        bench.python(&["-c", "import os, signal; os.remove('/bin/sh'); print('gone', flush=True); signal.pause()"]);
    launch.workdir = None;
    let started = bench.engine.start(&launch).await.unwrap();
    bench.until(&started.handle, "gone").await;
    let error = bench.engine.exhaust_memory(&started.handle).await.unwrap_err();
    assert!(
        matches!(&error, EngineError::Unsupported(why) if why.contains("sh, tail and /dev/zero are needed")),
        "{error:?}"
    );
    assert!(bench.engine.list(&bench.labels).await.unwrap()[0].running);
}

#[tokio::test]
async fn facts_are_looked_up_once() {
    let Some(bench) = bench().await else { return };
    let engine = docker(bench.folder.path()).await.unwrap();
    let recipe = Recipe::Image { image: IMAGE.into(), pull: Pull::Missing };
    let cold = std::time::Instant::now();
    let first = engine.prepare(&recipe, &|_| ()).await.unwrap();
    let (cold, warm) = (cold.elapsed(), std::time::Instant::now());
    let second = engine.prepare(&recipe, &|_| ()).await.unwrap();
    eprintln!("facts: cold {cold:?}, warm {:?}", warm.elapsed());
    assert_eq!(first, second);
    assert!(!first.made && !first.facts.has_runit && first.facts.conda.is_none());
    assert!(first.facts.env.contains_key("PATH") && !first.facts.arch.is_empty() && first.id.starts_with("sha256:"));
    assert_eq!(std::fs::read_dir(bench.folder.path().join("images")).unwrap().count(), 2);
}

#[tokio::test]
async fn an_image_that_is_nowhere_is_told_apart() {
    let Some(bench) = bench().await else { return };
    let never = Recipe::Image { image: "local-endpoint/none:1".into(), pull: Pull::Never };
    assert!(matches!(bench.engine.prepare(&never, &|_| ()).await, Err(EngineError::ImageNotFound { .. })));
    let closed = Recipe::Image { image: "127.0.0.1:1/none:1".into(), pull: Pull::Missing };
    let error = bench.engine.prepare(&closed, &|_| ()).await.unwrap_err();
    assert!(matches!(&error, EngineError::Unreachable { target, .. } if target == "127.0.0.1:1"), "{error:?}");
}

/// `RUN` marks the image with a random value, so that two builds cannot look like one.
fn derived(bench: &Bench, run: &str) -> Recipe {
    let own = &bench.labels[LABEL];
    let dockerfile = format!("FROM {}\nLABEL {LABEL}={own}\nCOPY mark.txt /mark.txt\nRUN {run}\n", bench.base.id);
    let base = Box::new(Recipe::Image { image: IMAGE.into(), pull: Pull::Missing });
    let files = vec![("mark.txt".to_owned(), own.clone().into_bytes())];
    Recipe::Derived { base, tag: format!("engine-test:{}", own.to_lowercase()), dockerfile, files }
}

#[tokio::test]
async fn a_derived_image_is_built_once_by_two_at_once() {
    let Some(bench) = bench().await else { return };
    let recipe = derived(&bench, "echo made");
    let [one, other] = [docker(bench.folder.path()).await.unwrap(), docker(bench.folder.path()).await.unwrap()];
    let said = Mutex::new(Vec::new());
    let report = |line: String| said.lock().unwrap().push(line);
    let (first, second) = tokio::join!(one.prepare(&recipe, &report), other.prepare(&recipe, &report));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!((&first.id, first.made ^ second.made), (&second.id, true));
    let said = said.into_inner().unwrap();
    assert!(said.iter().any(|line| line.starts_with("Step 4/4 : RUN echo made")), "{said:?}");
    assert!(!one.prepare(&recipe, &report_nothing).await.unwrap().made);
}

fn report_nothing(line: String) {
    panic!("nothing should be done: {line}");
}

#[tokio::test]
async fn an_image_is_kept_until_it_is_discarded() {
    let Some(bench) = bench().await else { return };
    let Recipe::Derived { base, dockerfile, files, .. } = derived(&bench, "true") else { panic!("derived") };
    let name = format!("local-endpoint/env:engine-test-{}", bench.labels[LABEL].to_lowercase());
    bench.engine.prepare(&Recipe::Derived { base, tag: name.clone(), dockerfile, files }, &|_| ()).await.unwrap();
    let found = || async { bench.engine.kept().await.unwrap().into_iter().find(|it| it.name == name) };
    let kept = found().await.expect("it is listed");
    assert!(!kept.in_use && kept.bytes > 1000 && kept.made.is_some(), "{kept:?}");
    bench.engine.discard(&name).await.unwrap();
    assert_eq!(found().await, None);
    bench.engine.discard(&name).await.unwrap();
    let others = bench.engine.discard(IMAGE).await.unwrap_err().to_string();
    assert_eq!(others, format!("{IMAGE} was not made by local-endpoint"));
}

#[tokio::test]
async fn a_failed_build_says_the_step_and_everything() {
    let Some(bench) = bench().await else { return };
    let recipe = derived(&bench, "echo before && exit 7");
    let Err(EngineError::BuildFailed { step, reason, log }) = bench.engine.prepare(&recipe, &|_| ()).await else {
        panic!("the build should fail");
    };
    assert_eq!(step, "RUN echo before && exit 7");
    // In Docker's words, or in Podman's.
    assert!(reason.contains("returned a non-zero code: 7") || reason.contains("exit status 7"), "{reason}");
    assert!(log.contains(&"before".to_owned()) && log.last() == Some(&reason), "{log:?}");
}

#[tokio::test]
async fn a_users_own_context_is_built() {
    let Some(bench) = bench().await else { return };
    let (folder, base) = (bench.folder.path().join("app"), &bench.base.id);
    let own = &bench.labels[LABEL];
    let text = format!(
        "FROM {base}\nLABEL {LABEL}={own}\nCOPY greeting.txt /\nEXPOSE 8080\nCMD [\"cat\", \"/greeting.txt\"]\n"
    );
    std::fs::write(folder.join("Dockerfile"), text).unwrap();
    let recipe = Recipe::Context {
        folder,
        dockerfile: "Dockerfile".into(),
        tag: format!("engine-test:c{}", own.to_lowercase()),
    };
    let built = bench.engine.prepare(&recipe, &|_| ()).await.unwrap();
    assert!(built.made && !bench.engine.prepare(&recipe, &|_| ()).await.unwrap().made);
    assert_eq!(built.facts.exposed_ports, [8080]);
    let mut launch = bench.python(&[]);
    (launch.base, launch.argv, launch.mounts) = (built, None, Vec::<Mount>::new());
    let started = bench.engine.start(&launch).await.unwrap();
    assert_eq!(bench.lines(&started.handle, None, true).await, ["hello"]);
    bench.engine.remove(&started.handle).await.unwrap();
}

#[tokio::test]
async fn a_start_takes_this_long() {
    let Some(bench) = bench().await else { return };
    let begin = std::time::Instant::now();
    bench.engine.start(&bench.server()).await.unwrap();
    eprintln!("create, start, inspect: {:?}", begin.elapsed());
    let mut launch = bench.server();
    launch.mounts.push(Mount { source: MountSource::Path("/".into()), target: "/host".into() });
    let error = bench.engine.start(&launch).await.unwrap_err();
    assert!(error.to_string().contains("is already in use"), "{error}");
}
