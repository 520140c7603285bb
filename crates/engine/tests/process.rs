//! The process engine: the same promises, and that nothing outlives its owner.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support {
    #[path = "../support/bench.rs"]
    pub mod bench;
    #[path = "../support/contract.rs"]
    pub mod contract;
}

use engine::{Engine, EngineError, InstanceHandle, Labels, ProcessConfig, ProcessEngine, Recipe};
use std::io::Read;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use support::bench::Bench;
use tempfile::TempDir;

const OWN: &str = env!("CARGO_BIN_EXE_engine-test-process");

contract! { bench:
    an_instance_serves_stops_and_goes
    the_exit_code_is_the_programs
    who_does_not_stop_is_killed
    a_running_instance_can_be_removed
    logs_keep_streams_lines_and_order
    following_ends_with_the_instance
    a_missing_mount_is_named
    a_missing_program_is_named
    an_archive_can_be_mounted
    labels_are_all_asked_for
}

fn engine(folder: &Path) -> ProcessEngine {
    let reaper = Some(vec![OWN.into(), "__reap".into()]);
    ProcessEngine::new(ProcessConfig { cache: folder.join("cache"), reaper, ledger: folder.join("ledger") })
}

fn recipe(requirements: &[&str]) -> Recipe {
    let requirements = requirements.iter().map(|line| (*line).to_owned()).collect();
    Recipe::Python { key: "test".into(), requirements, python: None, ca_certificates: vec![] }
}

async fn bench() -> Option<Bench> {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let base = engine.prepare(&recipe(&[]), &|_| ()).await.unwrap();
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
    let (first, second) = tokio::join!(one.prepare(&recipe, &|_| ()), other.prepare(&recipe, &|_| ()));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert!(first.made ^ second.made && first.name == second.name);
    let unfinished = Path::new(&first.name);
    std::fs::remove_file(unfinished.join(".complete")).unwrap();
    assert!(one.prepare(&recipe, &|_| ()).await.unwrap().made);
    assert!(!one.prepare(&recipe, &|line| panic!("nothing should be done: {line}")).await.unwrap().made);
}

#[tokio::test]
async fn a_package_that_does_not_exist_leaves_no_environment() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("wheel.whl"), "no wheel").unwrap();
    let missing = folder.path().join("no-such.whl").display().to_string();
    let error = engine(folder.path()).prepare(&recipe(&[&missing]), &|_| ()).await.unwrap_err();
    assert!(matches!(&error, EngineError::BuildFailed { log, .. } if !log.is_empty()), "{error:?}");
    assert!(!folder.path().join("cache/environments/test").exists());
}

#[tokio::test]
async fn another_python_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let said = std::sync::Mutex::new(Vec::new());
    let report = |line: String| said.lock().unwrap().push(line);
    let python = Some("2.1".to_owned());
    let recipe = Recipe::Python { key: "test".into(), requirements: vec![], python, ca_certificates: vec![] };
    engine(folder.path()).prepare(&recipe, &report).await.unwrap();
    assert!(said.lock().unwrap()[0].starts_with("Python 2.1 is not on this machine: using 3."));
}

/// Starts a process that owns an instance, and comes back when the instance runs.
fn owned(folder: &TempDir) -> (std::process::Child, std::net::TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let own = Command::new(OWN).arg("own").arg(folder.path()).args(["test", &address]).stderr(Stdio::piped()).spawn();
    let (mut connection, _) = listener.accept().unwrap();
    connection.read_exact(&mut [0]).unwrap();
    (own.unwrap(), connection)
}

#[test]
fn nothing_outlives_a_killed_owner() {
    let folder = tempfile::tempdir().unwrap();
    let (mut own, mut connection) = owned(&folder);
    assert!(folder.path().join("private").exists());
    own.kill().unwrap();
    // Both ends of the instance's fork are gone when the connection ends ...
    assert_eq!(connection.read(&mut [0]).unwrap(), 0);
    // ... and the watchdog, which shares the owner's stderr, when that ends.
    let said = own.wait_with_output().unwrap().stderr;
    assert_eq!(String::from_utf8(said).unwrap(), "");
    assert!(!folder.path().join("private").exists());
    assert_eq!(std::fs::read_dir(folder.path().join("ledger")).unwrap().count(), 0);
}

#[tokio::test]
async fn another_process_finds_and_removes_it() {
    let folder = tempfile::tempdir().unwrap();
    let (mut own, mut connection) = owned(&folder);
    let engine = engine(folder.path());
    let labels = Labels::from([("engine-test".to_owned(), "owned".to_owned())]);
    let found = engine.list(&labels).await.unwrap();
    assert_eq!(found.iter().map(|it| (it.name.as_str(), it.running)).collect::<Vec<_>>(), [("owned", true)]);
    engine.remove(&InstanceHandle("owned".into())).await.unwrap();
    assert_eq!(connection.read(&mut [0]).unwrap(), 0);
    assert_eq!(engine.list(&labels).await.unwrap(), []);
    own.kill().unwrap();
    own.wait_with_output().unwrap();
}
