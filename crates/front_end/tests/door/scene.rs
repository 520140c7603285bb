//! The runtime of a test, and what is counted after it. `#[tokio::test(crate = "crate::scene")]` takes its runtime from
//! here instead of from tokio. After the body has returned, and with it every client, container and stage has been
//! dropped, nothing may be left: no request, no place, no connection, no task, no socket, no file.
//!
//! Descriptors are counted by what they are of, because tests run beside each other in one process; `crowd.rs` counts
//! those of a process of its own.

use front_end::{Counters, DeploymentCounts};
use std::cell::RefCell;
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;
use tokio::runtime::{Handle, Runtime};

pub use tokio::pin;

pub mod runtime {
    pub use super::Builder;
}

thread_local! {
    /// Of the test that runs on this thread; `None`: none that is counted.
    static LEFT: RefCell<Option<Left>> = const { RefCell::new(None) };
}

/// What has to be gone at the end.
#[derive(Default)]
struct Left {
    doors: Vec<Counters>,
    ports: Vec<u16>,
    folders: Vec<PathBuf>,
}

/// Of a door that was opened.
pub fn door(counters: Counters, port: u16, spill_folder: PathBuf) {
    note(|left| {
        left.doors.push(counters);
        left.ports.push(port);
        left.folders.push(spill_folder);
    });
}

/// Of a container that was started.
pub fn container(port: u16) {
    note(|left| left.ports.push(port));
}

fn note(add: impl FnOnce(&mut Left)) {
    LEFT.with_borrow_mut(|left| add(left.as_mut().expect("the test is #[tokio::test(crate = \"crate::scene\")]")));
}

pub struct Builder(tokio::runtime::Builder);

impl Builder {
    pub fn new_current_thread() -> Self {
        Self(tokio::runtime::Builder::new_current_thread())
    }

    pub fn new_multi_thread() -> Self {
        Self(tokio::runtime::Builder::new_multi_thread())
    }

    pub fn worker_threads(mut self, number: usize) -> Self {
        self.0.worker_threads(number);
        self
    }

    pub fn enable_all(mut self) -> Self {
        self.0.enable_all();
        self
    }

    pub fn build(mut self) -> io::Result<Scene> {
        self.0.build().map(Scene)
    }
}

pub struct Scene(Runtime);

impl Scene {
    pub fn block_on(self, body: Pin<&mut dyn Future<Output = ()>>) {
        LEFT.set(Some(Left::default()));
        self.0.block_on(async {
            body.await;
            let left = LEFT.take().unwrap_or_default();
            gone(|| left.requests(), "a request or a connection").await;
            gone(tasks, "a task").await;
            gone(|| sockets(&left.ports), "a socket").await;
            gone(|| files(&left.folders), "a file").await;
        });
    }
}

/// Lets everything run until nothing is left.
async fn gone(left: impl Fn() -> String, what: &str) {
    let over = async {
        while !left().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    let limit = tokio::time::timeout(Duration::from_secs(20), over).await;
    limit.unwrap_or_else(|_| panic!("{what} is left after the test: {}", left()));
}

impl Left {
    fn requests(&self) -> String {
        let mut left = String::new();
        for door in &self.doors {
            let (open, connections) = (door.open_requests(), door.meters().connections_active);
            if (open, connections) != (0, 0) {
                let _ = write!(left, "{open} requests, {connections} connections; ");
            }
            let deployments = door.deployments().into_iter();
            for (name, counts) in deployments.filter(|(_, counts)| *counts != DeploymentCounts::default()) {
                let _ = write!(left, "{name}: {counts:?}; ");
            }
        }
        left
    }
}

fn tasks() -> String {
    match Handle::current().metrics().num_alive_tasks() {
        0 => String::new(),
        alive => format!("{alive} tasks"),
    }
}

/// Those of this process that have one of the ports at either end. Only Linux tells.
fn sockets(ports: &[u16]) -> String {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let held = table.lines().skip(1).filter(|line| {
        let columns: Vec<_> = line.split_whitespace().collect();
        let port = |column: usize| columns[column].rsplit(':').next().and_then(|hex| u16::from_str_radix(hex, 16).ok());
        // A socket that no descriptor holds any more has no inode.
        columns[9] != "0" && [port(1), port(2)].into_iter().flatten().any(|port| ports.contains(&port))
    });
    held.collect::<Vec<_>>().join("\n")
}

/// Those that are still open, without a name as they are.
fn files(folders: &[PathBuf]) -> String {
    let Ok(open) = std::fs::read_dir("/proc/self/fd") else { return String::new() };
    let paths = open.flatten().filter_map(|entry| std::fs::read_link(entry.path()).ok());
    let left = paths.filter(|path| folders.iter().any(|folder| path.starts_with(folder)));
    left.map(|path| path.display().to_string()).collect::<Vec<_>>().join("\n")
}
