//! The process engine: the same promises, and that nothing outlives its owner.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support {
    #[path = "../support/bench.rs"]
    pub mod bench;
    #[path = "../support/contract.rs"]
    pub mod contract;
}

use engine::{
    BuildTerms, Engine, EngineError, FileLock, InstanceHandle, Labels, PortUse, ProcessConfig, ProcessEngine, Recipe,
};
use std::io::{ErrorKind, Read};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use support::bench::Bench;
use tempfile::TempDir;
use tokio::net::TcpSocket;

const OWN: &str = env!("CARGO_BIN_EXE_engine-test-process");

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

fn engine(folder: &Path) -> ProcessEngine {
    let reaper = Some(vec![OWN.into(), "__reap".into()]);
    ProcessEngine::new(ProcessConfig { cache: folder.join("cache"), reaper, ledger: folder.join("ledger") })
}

fn recipe(requirements: &[&str]) -> Recipe {
    let requirements = requirements.iter().map(|line| (*line).to_owned()).collect();
    Recipe::Python { key: "test".into(), requirements, python: None }
}

async fn bench() -> Option<Bench> {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let base = engine.prepare(&recipe(&[]), &BuildTerms::default(), &|_| ()).await.unwrap();
    // Instances end with the engine, which the bench owns.
    let mut bench = Bench::new(Box::new(engine), base, "127.0.0.1", |_| ());
    bench.keep.push(folder);
    Some(bench)
}

#[tokio::test]
async fn an_environment_is_made_once_by_two_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (engine(folder.path()), engine(folder.path()));
    let recipe = recipe(&[]);
    let terms = BuildTerms::default();
    let (first, second) = tokio::join!(one.prepare(&recipe, &terms, &|_| ()), other.prepare(&recipe, &terms, &|_| ()));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert!(first.made ^ second.made && first.name == second.name);
    let unfinished = Path::new(&first.name);
    std::fs::remove_file(unfinished.join(".complete")).unwrap();
    assert!(one.prepare(&recipe, &BuildTerms::default(), &|_| ()).await.unwrap().made);
    assert!(
        !one.prepare(&recipe, &BuildTerms::default(), &|line| panic!("nothing should be done: {line}"))
            .await
            .unwrap()
            .made
    );
}

#[tokio::test]
async fn an_environment_is_kept_until_it_is_discarded() {
    let Some(bench) = bench().await else { return };
    let started = bench.engine.start(&bench.server()).await.unwrap();
    let kept = bench.engine.kept().await.unwrap();
    assert_eq!(kept.iter().map(|it| (it.name.as_str(), it.in_use)).collect::<Vec<_>>(), [("test", true)]);
    assert!(kept[0].bytes > 1000 && kept[0].made.is_some(), "{kept:?}");
    let refused = bench.engine.discard("test").await.unwrap_err();
    assert_eq!(refused.to_string(), "an instance stands on test");
    bench.engine.remove(&started.handle).await.unwrap();
    bench.engine.discard("test").await.unwrap();
    assert_eq!(bench.engine.kept().await.unwrap(), []);
    bench.engine.discard("test").await.unwrap();
}

/// Nobody waits for who makes it, to take it away then.
#[tokio::test]
async fn an_environment_that_is_just_being_made_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, made) = (engine(folder.path()), folder.path().join("cache/environments/test"));
    std::fs::create_dir_all(&made).unwrap();
    let making = FileLock::of(&made.with_extension("lock"), &|_| ()).await.unwrap();
    assert!(engine.kept().await.unwrap()[0].in_use);
    assert_eq!(engine.discard("test").await.unwrap_err().to_string(), "test is just being made");
    drop(making);
    assert!(!engine.kept().await.unwrap()[0].in_use);
    engine.discard("test").await.unwrap();
    assert!(!made.exists());
}

#[tokio::test]
async fn a_package_that_does_not_exist_leaves_no_environment() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("wheel.whl"), "no wheel").unwrap();
    let missing = folder.path().join("no-such.whl").display().to_string();
    let error = engine(folder.path()).prepare(&recipe(&[&missing]), &BuildTerms::default(), &|_| ()).await.unwrap_err();
    assert!(matches!(&error, EngineError::BuildFailed { log, .. } if !log.is_empty()), "{error:?}");
    assert!(!folder.path().join("cache/environments/test").exists());
}

/// Nobody is given the port of a program that does not listen yet; asked for by name it can be had as servers ask.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_port_is_the_programs_before_it_listens_and_free_after_its_end() {
    let Some(bench) = bench().await else { return };
    let mut launch = bench.server();
    launch.argv = bench.python(&["-c", "import time; time.sleep(600)"]).argv;
    let started = bench.engine.start(&launch).await.unwrap();
    let address = started.addresses[&PortUse::Serve];
    let plainly = || TcpSocket::new_v4().unwrap().bind(address).map_err(|error| error.kind());
    assert_eq!(plainly(), Err(ErrorKind::AddrInUse));
    assert!(TcpListener::bind(address).is_ok());
    bench.engine.remove(&started.handle).await.unwrap();
    assert_eq!(plainly(), Ok(()));
}

#[tokio::test]
async fn no_process_runs_out_of_memory_on_purpose() {
    let bench = bench().await.unwrap();
    let started = bench.engine.start(&bench.server()).await.unwrap();
    let error = bench.engine.exhaust_memory(&started.handle).await.unwrap_err();
    assert!(matches!(&error, EngineError::Unsupported(why) if why.starts_with("a process has no memory limit")));
    bench.engine.remove(&started.handle).await.unwrap();
}

#[tokio::test]
async fn another_python_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let said = std::sync::Mutex::new(Vec::new());
    let report = |line: String| said.lock().unwrap().push(line);
    let python = Some("2.1".to_owned());
    let recipe = Recipe::Python { key: "test".into(), requirements: vec![], python };
    engine(folder.path()).prepare(&recipe, &BuildTerms::default(), &report).await.unwrap();
    assert!(said.lock().unwrap()[0].starts_with("Python 2.1 is not on this machine: using 3."));
}

/// A process that owns an instance; killed, as with `kill -9`, at the latest with the test.
struct Owner {
    process: Option<Child>,
    /// Held open by both members of the instance's group.
    connection: TcpStream,
    folder: TempDir,
}

impl Owner {
    /// Comes back when the instance runs.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let mut own = Command::new(OWN);
        own.arg("own").arg(folder.path()).args(["test", &address]).stdout(Stdio::null()).stderr(Stdio::piped());
        let process = Some(own.spawn().unwrap());
        let (mut connection, _) = listener.accept().unwrap();
        connection.read_exact(&mut [0]).unwrap();
        Self { process, connection, folder }
    }

    /// Comes back when the watchdog, which shares the owner's stderr, is through; with what both said.
    fn kill(&mut self) -> String {
        let Some(mut process) = self.process.take() else { return String::new() };
        process.kill().unwrap();
        String::from_utf8(process.wait_with_output().unwrap().stderr).unwrap()
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.kill();
    }
}

#[test]
fn nothing_outlives_a_killed_owner() {
    let mut owner = Owner::new();
    let path = |name: &str| owner.folder.path().join(name);
    let (private, ledger) = (path("private"), path("ledger"));
    assert!(private.exists());
    assert_eq!(owner.kill(), "");
    assert_eq!(owner.connection.read(&mut [0]).unwrap(), 0);
    assert!(!private.exists());
    assert_eq!(std::fs::read_dir(ledger).unwrap().count(), 0);
}

#[tokio::test]
async fn another_process_finds_and_removes_it() {
    let mut owner = Owner::new();
    let engine = engine(owner.folder.path());
    let labels = Labels::from([("engine-test".to_owned(), "owned".to_owned())]);
    let found = engine.list(&labels).await.unwrap();
    assert_eq!(found.iter().map(|it| (it.name.as_str(), it.running)).collect::<Vec<_>>(), [("owned", true)]);
    engine.remove(&InstanceHandle("owned".into())).await.unwrap();
    assert_eq!(owner.connection.read(&mut [0]).unwrap(), 0);
    assert_eq!(engine.list(&labels).await.unwrap(), []);
    assert!(!owner.folder.path().join("private").exists());
}
