//! Ten thousand connections that do nothing. The door runs in a process of its own: its memory and its descriptors are
//! counted alone, and each side has a limit of open files to itself. Only Linux tells both.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use front_end::{DoorConfig, serve};
use model::{EndpointName, Fleet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};

const WANTED: usize = 10_000;
/// As many as come at once.
const WAVE: usize = 500;
/// In kilobytes of the debug build: hyper's read buffer is 8 of them.
const EACH: usize = 20;
/// Set for the process that is the door.
const IS_THE_DOOR: &str = "LOCAL_ENDPOINT_TEST_CROWD";

struct Door {
    process: Child,
    address: SocketAddr,
}

impl Drop for Door {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Door {
    fn start() -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "the_door", "--nocapture"])
            .env(IS_THE_DOOR, "1")
            // glibc grows the memory of a second thread by a system call for every few kilobytes.
            .env("MALLOC_ARENA_MAX", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| line.unwrap().split_once("door at ")?.1.parse().ok()).unwrap();
        Self { process, address }
    }

    /// Its one answer: nobody is served here.
    fn answers(&self) -> bool {
        let mut client = TcpStream::connect(self.address).unwrap();
        client.write_all(b"GET /score HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        answer.starts_with("HTTP/1.1 404 ")
    }

    /// In kilobytes.
    fn memory(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.process.id())).unwrap().count()
    }

    fn until_descriptors(&self, wanted: usize) {
        let started = Instant::now();
        while self.descriptors() != wanted {
            assert!(started.elapsed() < Duration::from_secs(20), "{} descriptors, not {wanted}", self.descriptors());
            std::thread::yield_now();
        }
    }
}

/// As many as the limit of open files allows here, at most the wanted ones.
fn possible() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap();
    let open = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    let soft = open.split_whitespace().next().unwrap().parse().unwrap_or(usize::MAX);
    WANTED.min(soft.saturating_sub(100))
}

#[test]
fn ten_thousand_idle_connections_cost_little_and_keep_nobody_out() {
    let door = Door::start();
    let descriptors = door.descriptors();
    assert!(door.answers());
    door.until_descriptors(descriptors);
    let memory = door.memory();
    let number = possible();
    let crowd: Vec<_> = (0..number).map(|nth| arriving(&door, nth)).collect();
    door.until_descriptors(descriptors + number);
    assert!(door.answers());
    door.until_descriptors(descriptors + number);
    let each = door.memory().saturating_sub(memory) / number;
    let _ = writeln!(std::io::stderr(), "{number} of {WANTED} idle connections: {each} kB each");
    assert!(each < EACH, "{each} kB a connection");
    drop(crowd);
    door.until_descriptors(descriptors);
    assert!(door.answers());
}

/// An answer now and then tells that all before it were let in: the system's queue of those that wait for that is
/// short, and who finds it full tries again after a second at the earliest.
fn arriving(door: &Door, nth: usize) -> TcpStream {
    if nth % WAVE == WAVE - 1 {
        assert!(door.answers());
    }
    idle(door.address, nth)
}

/// Every other one has begun a head.
fn idle(door: SocketAddr, nth: usize) -> TcpStream {
    let mut client = TcpStream::connect(door).unwrap();
    if nth.is_multiple_of(2) {
        client.write_all(b"POST /score HTTP/1.1\r\nhost: ").unwrap();
    }
    client
}

/// The other process: until its input ends. Without the word it is no test.
#[test]
fn the_door() {
    if std::env::var_os(IS_THE_DOOR).is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        writeln!(std::io::stdout(), "door at {}", listener.local_addr().unwrap()).unwrap();
        let (_fleet, fleet) = watch::channel(Arc::new(Fleet::default()));
        let (exchanges, _told) = mpsc::channel(1);
        let config = DoorConfig::new(EndpointName::new("credit"), fleet, exchanges);
        serve(listener, config, async { drop(tokio::task::spawn_blocking(until_input_ends).await) }).await;
    });
}

fn until_input_ends() {
    let _ = std::io::stdin().read_to_end(&mut vec![]);
}
