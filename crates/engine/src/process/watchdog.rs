//! Our end of the pipe to the watchdog, which does what is left to do when this process dies.

use super::group::Group;
use crate::reaper::{Order, READY};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Started when it is first needed. Without a command line there is none, and nothing outlives a normal end only.
#[derive(Debug)]
pub struct Watchdog {
    command: Option<Vec<OsString>>,
    running: Option<Child>,
    orders: BTreeSet<String>,
}

impl Watchdog {
    pub fn new(command: Option<Vec<OsString>>) -> Self {
        Self { command, running: None, orders: BTreeSet::new() }
    }

    /// This group must not outlive us.
    pub fn guard(&mut self, group: &Group) -> io::Result<()> {
        self.order(Order::Guard(group.clone()).to_string())
    }

    /// This path must not outlive us.
    pub fn guard_path(&mut self, path: &Path) -> io::Result<()> {
        self.order(Order::GuardPath(path.to_owned()).to_string())
    }

    pub fn release(&mut self, group: &Group) {
        self.take_back(&Order::Guard(group.clone()).to_string(), &Order::Release(group.pid));
    }

    pub fn release_path(&mut self, path: &Path) {
        self.take_back(&Order::GuardPath(path.to_owned()).to_string(), &Order::ReleasePath(path.to_owned()));
    }

    fn order(&mut self, order: String) -> io::Result<()> {
        self.orders.insert(order.clone());
        if self.tell(&order).is_ok() {
            return Ok(());
        }
        self.start()
    }

    /// A watchdog that is gone has nothing to take back, and one without orders ends; the next order starts another.
    fn take_back(&mut self, order: &str, opposite: &Order) {
        self.orders.remove(order);
        let _ = self.tell(&opposite.to_string());
        if self.orders.is_empty() {
            self.collect();
        }
    }

    fn tell(&mut self, line: &str) -> io::Result<()> {
        let pipe = self.running.as_mut().and_then(|child| child.stdin.as_mut());
        let pipe = pipe.ok_or_else(|| io::Error::from(io::ErrorKind::BrokenPipe))?;
        pipe.write_all(line.as_bytes())
    }

    /// Starts it and repeats every order that stands.
    fn start(&mut self) -> io::Result<()> {
        self.collect();
        let Some([program, arguments @ ..]) = self.command.as_deref() else { return Ok(()) };
        let mut child = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut answer = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut answer)?;
        }
        if answer.trim_end() != READY {
            return Err(io::Error::other(format!("the watchdog {} does not answer", program.display())));
        }
        self.running = Some(child);
        let orders = self.orders.iter().cloned().collect::<String>();
        self.tell(&orders)
    }

    fn collect(&mut self) {
        if let Some(mut child) = self.running.take() {
            drop(child.stdin.take());
            // It ends by itself at the end of its input.
            let _ = child.wait();
        }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.collect();
    }
}
