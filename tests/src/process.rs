//! Processes of this machine: found by what they mention, waited for without asking again and again.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, getsid, kill_process, pidfd_open};
use std::fs::{read, read_dir, read_to_string};
use std::os::fd::OwnedFd;
use std::path::Path;

/// Longer than anything waited for here should take, shorter than a person's patience.
pub const PATIENCE: Timespec = Timespec { tv_sec: 60, tv_nsec: 0 };

/// A process that ran when it was found; known by a descriptor, so that a number given away again is no other one.
#[derive(Debug)]
pub struct Process {
    pub pid: u32,
    /// Its command line, for messages.
    pub command: String,
    handle: OwnedFd,
}

impl Process {
    /// `None` when it is gone already.
    pub fn of(pid: u32) -> Option<Self> {
        let handle = pidfd_open(raw(pid)?, PidfdFlags::empty()).ok()?;
        Some(Self { pid, command: words(pid, "cmdline"), handle })
    }

    /// Whatever has the text in its command line or its variables, but for this process.
    pub fn mentioning(text: &Path) -> Vec<Self> {
        let text = text.to_str().unwrap();
        let mentions = |pid: &u32| ["cmdline", "environ"].iter().any(|file| words(*pid, file).contains(text));
        pids()
            .filter(|pid| *pid != std::process::id())
            .filter(mentions)
            .filter_map(Self::of)
            .filter(Self::runs)
            .collect()
    }

    /// Whatever runs in the container of this id.
    pub fn contained_in(id: &str) -> Vec<Self> {
        let is_in = |pid: &u32| read_to_string(format!("/proc/{pid}/cgroup")).is_ok_and(|groups| groups.contains(id));
        pids().filter(is_in).filter_map(Self::of).filter(Self::runs).collect()
    }

    /// Its children that run now.
    pub fn children(&self) -> Vec<Self> {
        let tasks = format!("/proc/{pid}/task", pid = self.pid);
        let tasks = read_dir(tasks).into_iter().flatten().flatten().map(|task| task.path().join("children"));
        let listed = tasks.map(|path| read_to_string(path).unwrap_or_default()).collect::<Vec<_>>().join(" ");
        listed.split_whitespace().filter_map(|pid| Self::of(pid.parse().ok()?)).collect()
    }

    /// It has a session of its own: a terminal that is closed does not reach it.
    pub fn leads_a_session(&self) -> bool {
        raw(self.pid).is_some_and(|pid| getsid(Some(pid)) == Ok(pid))
    }

    /// `kill -9`.
    pub fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// Ctrl-C.
    pub fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    /// What `systemctl stop` sends.
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    pub fn resume(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let _ = raw(self.pid).map(|pid| kill_process(pid, signal));
    }

    pub fn runs(&self) -> bool {
        !self.ended_within(&Timespec { tv_sec: 0, tv_nsec: 0 })
    }

    /// Waits for its end.
    pub fn ends(&self) {
        assert!(self.ended_within(&PATIENCE), "process {} still runs: {}", self.pid, self.command);
    }

    fn ended_within(&self, patience: &Timespec) -> bool {
        let mut watched = [PollFd::new(&self.handle, PollFlags::IN)];
        poll(&mut watched, Some(patience)).is_ok_and(|ready| ready > 0)
    }
}

fn raw(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}

fn pids() -> impl Iterator<Item = u32> {
    read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// Words that end in NUL, with spaces between them; nothing for a process that is gone.
fn words(pid: u32, file: &str) -> String {
    String::from_utf8_lossy(&read(format!("/proc/{pid}/{file}")).unwrap_or_default()).replace('\0', " ")
}

/// Number and start time.
pub fn identity(pid: u32) -> Option<String> {
    let stat = read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let started = stat.rsplit_once(')')?.1.split_whitespace().nth(19)?;
    Some(format!("{pid}@{started}"))
}
