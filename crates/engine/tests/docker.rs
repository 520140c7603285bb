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

use engine::{
    Access, BuildTerms, Engine, EngineError, InstanceHandle, Mount, MountSource, PortUse, Ports, Pull, Recipe,
};
use std::process::Command;
use support::docker::{IMAGE, bench, docker};

contract! { bench:
    an_instance_serves_stops_and_goes
    the_exit_code_is_the_programs
    who_does_not_stop_is_killed
    who_is_killed_ends_with_137
    who_is_frozen_answers_when_it_is_resumed
    who_is_frozen_can_be_killed_stopped_and_removed
    a_running_instance_can_be_removed
    a_name_does_for_a_handle
    logs_keep_streams_lines_and_order
    following_ends_with_the_instance
    a_missing_mount_is_named
    a_missing_program_is_named
    an_archive_can_be_mounted
    scratch_is_written_to_and_goes_with_the_instance
    labels_are_all_asked_for
}

#[tokio::test]
async fn mounts_are_read_only() {
    let Some(bench) = bench().await else { return };
    let started = bench.engine.start(&bench.python(&["-c", "open('new', 'w')"])).await.unwrap();
    let lines = bench.lines(&started.handle, None, true).await;
    assert!(lines.last().unwrap().contains("Read-only file system"), "{lines:?}");
}

/// What `docker WORDS` prints of a container.
fn docker_says(words: &[&str], handle: &InstanceHandle) -> String {
    let output = Command::new("docker").args(words).arg(&handle.0).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Either the container's own, where its bridge is this machine's, or the loopback's; a debugger's is there in any case.
#[tokio::test]
async fn a_port_is_reached_in_one_place_and_published_nowhere_else() {
    let Some(bench) = bench().await else { return };
    let mut launch = bench.server();
    launch.ports.insert(PortUse::Debug, 5678);
    let started = bench.engine.start(&launch).await.unwrap();
    let published = docker_says(&["port"], &started.handle);
    let of = |used| started.addresses[&used];
    let debug = format!("5678/tcp -> {}\n", of(PortUse::Debug));
    if bench.engine.about().await.unwrap().ports == Ports::Bridge {
        let own = docker_says(&["inspect", "--format", "{{.NetworkSettings.IPAddress}}"], &started.handle);
        assert_eq!((of(PortUse::Serve).to_string(), published), (format!("{}:5001", own.trim()), debug));
    } else {
        assert_eq!(published, format!("5001/tcp -> {}\n{debug}", of(PortUse::Serve)));
        assert!(of(PortUse::Serve).ip().is_loopback());
    }
    assert!(of(PortUse::Debug).ip().is_loopback());
}

/// Nobody is there from that moment on, though the engine may still be clearing it away.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_moment_of_an_end_is_told() {
    let Some(bench) = bench().await else { return };
    let started = bench.engine.start(&bench.server()).await.unwrap();
    bench.until(&started.handle, "listening as blue").await;
    let killed = async {
        bench.engine.about().await.unwrap();
        bench.engine.kill(&started.handle).await.unwrap();
    };
    let (died, ()) = tokio::join!(bench.engine.died(&started.handle), killed);
    died.unwrap();
    bench.engine.died(&started.handle).await.unwrap();
    assert_eq!(bench.engine.wait(&started.handle).await.unwrap().code, 137);
    bench.engine.remove(&started.handle).await.unwrap();
    assert!(matches!(bench.engine.died(&started.handle).await, Err(EngineError::NoSuchInstance)));
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

/// What the kernel says within a container.
fn kernels_limit(handle: &InstanceHandle) -> String {
    let look = "cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes";
    let output = Command::new("docker").args(["exec", &handle.0, "sh", "-c", look]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Here `tail` is there and takes none, which is known only once the limit is lowered.
#[tokio::test]
async fn memory_that_nothing_took_is_limited_as_before() {
    let Some(bench) = bench().await else { return };
    let spoil = "import os, shutil, signal; shutil.copy('/bin/false', os.path.realpath(shutil.which('tail'))); \
        print('spoilt', flush=True); signal.pause()";
    for limit in [Some(8 << 30), None] {
        let mut launch = bench.python(&["-c", spoil]);
        (launch.workdir, launch.memory_bytes) = (None, limit);
        let started = bench.engine.start(&launch).await.unwrap();
        bench.until(&started.handle, "spoilt").await;
        let before = kernels_limit(&started.handle);
        bench.engine.exhaust_memory(&started.handle).await.unwrap_err();
        assert_eq!(kernels_limit(&started.handle), before);
        assert_eq!(bench.engine.memory(&started.handle).await.unwrap().limit, limit);
        bench.engine.remove(&started.handle).await.unwrap();
    }
}

/// A container that an emulator ran in, and an instance of it.
#[tokio::test]
async fn whether_the_container_of_its_emulator_runs_is_known() {
    let Some(bench) = bench().await else { return };
    let around = bench.engine.start(&bench.server()).await.unwrap();
    let mut within = bench.server();
    within.name += "-within";
    within.labels.insert("local-endpoint.inside".into(), around.handle.0.clone());
    let within = bench.engine.start(&within).await.unwrap();
    let elsewhere = async || {
        let found = bench.engine.list(&bench.labels).await.unwrap();
        found.into_iter().find(|it| it.handle == within.handle).unwrap().elsewhere
    };
    assert_eq!(elsewhere().await, Some(true));
    bench.engine.stop(&around.handle, std::time::Duration::ZERO).await.unwrap();
    assert_eq!(elsewhere().await, Some(false));
    bench.engine.remove(&around.handle).await.unwrap();
    assert_eq!(elsewhere().await, Some(false));
}

/// As a process leaves it that was killed before the first container was on it.
#[tokio::test]
async fn a_network_that_nobody_is_on_goes() {
    let Some(bench) = bench().await else { return };
    let name = bench.server().name;
    let network = |words: &[&str]| Command::new("docker").arg("network").args(words).output().unwrap().status.success();
    assert!(network(&["create", &name]));
    bench.engine.tidy(Some(&name)).await.unwrap();
    assert!(!network(&["inspect", &name]));
    bench.engine.tidy(Some(&name)).await.unwrap();
}

#[tokio::test]
async fn facts_are_looked_up_once() {
    let Some(bench) = bench().await else { return };
    let engine = docker(bench.folder.path()).await.unwrap();
    let recipe = Recipe::Image { image: IMAGE.into(), pull: Pull::Missing };
    let cold = std::time::Instant::now();
    let first = engine.prepare(&recipe, &BuildTerms::default(), &|_| ()).await.unwrap();
    let (cold, warm) = (cold.elapsed(), std::time::Instant::now());
    let second = engine.prepare(&recipe, &BuildTerms::default(), &|_| ()).await.unwrap();
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
    assert!(matches!(
        bench.engine.prepare(&never, &BuildTerms::default(), &|_| ()).await,
        Err(EngineError::ImageAbsent { .. })
    ));
    let closed = Recipe::Image { image: "127.0.0.1:1/none:1".into(), pull: Pull::Missing };
    let error = bench.engine.prepare(&closed, &BuildTerms::default(), &|_| ()).await.unwrap_err();
    assert!(matches!(&error, EngineError::Unreachable { target, .. } if target == "127.0.0.1:1"), "{error:?}");
}

#[tokio::test]
async fn a_start_takes_this_long() {
    let Some(bench) = bench().await else { return };
    let begin = std::time::Instant::now();
    bench.engine.start(&bench.server()).await.unwrap();
    eprintln!("create, start, inspect: {:?}", begin.elapsed());
    let mut launch = bench.server();
    launch.mounts.push(Mount {
        source: MountSource::Path("/".into()),
        target: "/host".into(),
        access: Access::ReadOnly,
    });
    let error = bench.engine.start(&launch).await.unwrap_err();
    assert!(error.to_string().contains("is already in use"), "{error}");
}
