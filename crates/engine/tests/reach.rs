//! An engine that does not see our files, or whose loopback is not ours: the real one, which only looks far away. A
//! relay makes TCP of its socket, and a path by a descriptor of ours is there for us alone.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support {
    #[path = "../support/bench.rs"]
    pub mod bench;
    #[path = "../support/contract.rs"]
    pub mod contract;
    #[path = "../support/docker.rs"]
    pub mod docker;
}

use engine::{Engine, Environment, Ports, discover};
use rustix::io::fcntl_dupfd_cloexec;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use support::bench::Bench;
use support::docker::{at, image, remove_containers};
use tokio::net::{TcpListener, UnixStream};

contract! { on_another_machine:
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

/// The engine of this machine as `tcp://HOST:PORT`.
async fn over_tcp(host: IpAddr) -> Environment {
    let listener = TcpListener::bind((host, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let local = Environment::of_process().vars.get("DOCKER_HOST").cloned().unwrap_or_default();
    let socket = PathBuf::from(local.strip_prefix("unix://").unwrap_or("/var/run/docker.sock"));
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let Ok(mut engine) = UnixStream::connect(&socket).await else { continue };
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut client, &mut engine).await });
        }
    });
    let vars = [("DOCKER_HOST".to_owned(), format!("tcp://{address}"))].into();
    Environment { home: None, vars }
}

/// The address of this machine that others see.
fn outer_address() -> IpAddr {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).unwrap();
    socket.local_addr().unwrap().ip()
}

async fn bench_of(environment: &Environment, cache: &Path) -> Option<Bench> {
    let engine = at(environment, cache).await?;
    let base = image(&engine).await;
    Some(Bench::new(Box::new(engine), base, "0.0.0.0", remove_containers))
}

async fn bench_at(host: IpAddr, cache: &Path) -> Option<Bench> {
    bench_of(&over_tcp(host).await, cache).await
}

async fn on_another_machine() -> Option<Bench> {
    let cache = tempfile::tempdir().unwrap();
    let mut bench = bench_at(outer_address(), cache.path()).await?;
    bench.keep.push(cache);
    Some(bench)
}

/// The greeting of a server, and whether its folder was copied in.
async fn greeting(bench: &Bench) -> (String, bool) {
    let started = bench.engine.start(&bench.server()).await.unwrap();
    bench.until(&started.handle, "listening as blue").await;
    let answer = bench.read(&started).await;
    let attached = bench.engine.attach(&started.handle, &bench.server().ports).await.unwrap();
    assert_eq!(attached.addresses, started.addresses);
    bench.engine.remove(&started.handle).await.unwrap();
    (answer, !started.copied.is_empty())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_machine_gets_copies_and_publishes_where_it_is_reached() {
    let Some(bench) = on_another_machine().await else { return };
    let about = bench.engine.about().await.unwrap();
    assert_eq!((about.shares_files, about.ports), (Some(false), Ports::Host(outer_address())));
    assert_eq!(greeting(&bench).await, ("hello".into(), true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marker_that_is_seen_means_mounts() {
    let (cache, environment) = (tempfile::tempdir().unwrap(), over_tcp(Ipv4Addr::LOCALHOST.into()).await);
    let Some(bench) = bench_of(&environment, cache.path()).await else { return };
    assert_eq!(bench.engine.about().await.unwrap().shares_files, None);
    assert_eq!(greeting(&bench).await, ("hello".into(), false));
    assert_eq!(bench.engine.about().await.unwrap().shares_files, Some(true));
    // The next one knows, and nothing of the marker is left.
    let next = discover(&environment, cache.path()).await.engine.unwrap();
    assert_eq!(next.about().await.unwrap().shares_files, Some(true));
    assert_eq!(std::fs::read_dir(cache.path().join("engines")).unwrap().count(), 1);
}

/// The way to a folder by a descriptor of this process, which no engine has.
fn seen_by_us_alone(folder: &Path) -> (OwnedFd, PathBuf) {
    let descriptor = fcntl_dupfd_cloexec(std::fs::File::open(folder).unwrap(), 900).unwrap();
    let path = PathBuf::from(format!("/proc/self/fd/{}", descriptor.as_raw_fd()));
    (descriptor, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marker_that_is_not_seen_means_copies() {
    let cache = tempfile::tempdir().unwrap();
    let (_open, path) = seen_by_us_alone(cache.path());
    let Some(bench) = bench_at(Ipv4Addr::LOCALHOST.into(), &path).await else { return };
    assert_eq!(greeting(&bench).await, ("hello".into(), true));
    assert_eq!(bench.engine.about().await.unwrap().shares_files, Some(false));
}

/// As with a virtual machine that has the home, and not `/tmp`.
#[tokio::test(flavor = "multi_thread")]
async fn one_folder_that_is_not_seen_is_copied() {
    let cache = tempfile::tempdir().unwrap();
    let Some(bench) = bench_at(Ipv4Addr::LOCALHOST.into(), cache.path()).await else { return };
    let (_open, path) = seen_by_us_alone(bench.folder.path());
    let path = path.join("app");
    let mut launch = bench.server();
    launch.mounts = vec![bench.mount(&path)];
    let started = bench.engine.start(&launch).await.unwrap();
    bench.until(&started.handle, "listening as blue").await;
    assert_eq!(started.copied, [path]);
    bench.engine.remove(&started.handle).await.unwrap();
}
