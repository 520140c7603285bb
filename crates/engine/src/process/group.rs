//! A process group, known by its leader's number and start time, since numbers come back.

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// A group has no event to wait for, only a question to ask.
const ASK_AGAIN: Duration = Duration::from_millis(10);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub pid: i32,
    /// In the system's own words; without spaces.
    pub started: String,
}

impl Group {
    /// The process of this number as it runs now.
    pub fn of(pid: u32) -> Option<Self> {
        let pid = i32::try_from(pid).ok()?;
        Some(Self { pid, started: start_time(pid)? })
    }

    pub fn of_this_process() -> Option<Self> {
        Self::of(std::process::id())
    }

    /// The leader still runs.
    pub fn is_running(&self) -> bool {
        start_time(self.pid).as_ref() == Some(&self.started)
    }

    /// Any member is left. While one is, the system does not give the leader's number away again.
    fn exists(&self) -> bool {
        match start_time(self.pid) {
            Some(started) => started == self.started,
            None => has_members(self.pid),
        }
    }

    /// One that is frozen would hear of it only later.
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
        self.signal(Signal::CONT);
    }

    pub fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// Its members get no more time; those that come later do.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    pub fn resume(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        if let (Some(pid), true) = (Pid::from_raw(self.pid), self.exists()) {
            // It may have gone in between, which is what is wanted.
            let _ = kill_process_group(pid, signal);
        }
    }

    /// Bytes of its members, what they share counted for each; `None` where the system does not say it in `/proc`.
    pub fn resident(&self) -> Option<u64> {
        self.is_running().then(|| resident(self.pid))?
    }

    /// Blocks until nobody is left, or the time is over.
    pub fn gone_within(&self, patience: Duration) -> bool {
        let end = Instant::now() + patience;
        while self.exists() {
            if Instant::now() >= end {
                return false;
            }
            std::thread::sleep(ASK_AGAIN);
        }
        true
    }
}

/// One process, as far as it is asked about here.
#[cfg(target_os = "linux")]
struct Stat {
    group: i32,
    started: String,
}

/// `None` also for a dead process that only waits to be collected.
#[cfg(target_os = "linux")]
fn stat(pid: &str) -> Option<Stat> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(") ")?;
    let fields: Vec<_> = fields.split(' ').collect();
    let alive = !matches!(*fields.first()?, "Z" | "X");
    let stat = Stat { group: fields.get(2)?.parse().ok()?, started: (*fields.get(19)?).to_owned() };
    alive.then_some(stat)
}

#[cfg(target_os = "linux")]
fn start_time(pid: i32) -> Option<String> {
    stat(&pid.to_string()).map(|stat| stat.started)
}

/// The kernel counts the dead that nobody collects as members; here they are none.
#[cfg(target_os = "linux")]
fn has_members(group: i32) -> bool {
    let answers = Pid::from_raw(group).is_some_and(|pid| test_kill_process_group(pid).is_ok());
    let member =
        |entry: std::fs::DirEntry| stat(&entry.file_name().to_string_lossy()).is_some_and(|it| it.group == group);
    answers && std::fs::read_dir("/proc").is_ok_and(|mut entries| entries.any(|entry| entry.is_ok_and(member)))
}

#[cfg(target_os = "linux")]
fn resident(group: i32) -> Option<u64> {
    let kibibytes = |pid: &str| {
        let text = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    };
    let member = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        stat(&name).is_some_and(|it| it.group == group).then(|| kibibytes(&name))?
    };
    let entries = std::fs::read_dir("/proc").ok()?;
    Some(entries.filter_map(|entry| member(entry.ok()?)).sum::<u64>() * 1024)
}

#[cfg(not(target_os = "linux"))]
fn resident(_: i32) -> Option<u64> {
    None
}

#[cfg(not(target_os = "linux"))]
fn start_time(pid: i32) -> Option<String> {
    let mut ps = std::process::Command::new("ps");
    ps.args(["-o", "stat=,lstart=", "-p", &pid.to_string()]);
    let output = ps.envs([("LC_ALL", "C"), ("TZ", "UTC")]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut words = text.split_whitespace();
    let state = words.next()?;
    (!state.starts_with('Z')).then(|| words.collect::<Vec<_>>().join("_"))
}

#[cfg(not(target_os = "linux"))]
fn has_members(group: i32) -> bool {
    Pid::from_raw(group).is_some_and(|pid| test_kill_process_group(pid).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt;
    use std::process::Command;
    #[cfg(target_os = "linux")]
    use std::{
        io::{BufRead, BufReader},
        process::Stdio,
    };

    #[test]
    fn a_group_is_killed_with_its_children() {
        let mut child = Command::new("sh").args(["-c", "sleep 600 & wait"]).process_group(0).spawn().unwrap();
        let group = Group::of(child.id()).unwrap();
        assert!(group.is_running());
        group.kill();
        child.wait().unwrap();
        assert!(group.gone_within(Duration::from_secs(10)) && !group.is_running());
    }

    /// Bytes of a group once each of its members has spoken: before that it is hardly loaded.
    #[cfg(target_os = "linux")]
    fn resident_of(program: &str, members: usize) -> u64 {
        let mut command = Command::new("python3");
        command.args(["-c", &format!("import os, time; {program}; print('up', flush=True); time.sleep(600)")]);
        let mut child = command.process_group(0).stdout(Stdio::piped()).spawn().unwrap();
        let spoken = BufReader::new(child.stdout.take().unwrap()).lines().take(members).map_while(Result::ok).count();
        let group = Group::of(child.id()).unwrap();
        let used = group.resident();
        group.kill();
        child.wait().unwrap();
        assert_eq!(spoken, members);
        used.unwrap()
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn memory_is_that_of_all_members() {
        let (one, two) = (resident_of("pass", 1), resident_of("os.fork()", 2));
        assert!(one > 1 << 20 && two > one + (1 << 20), "{one} {two}");
    }

    #[test]
    fn another_process_of_the_same_number_is_left_alone() {
        let own = Group::of_this_process().unwrap();
        let earlier = Group { pid: own.pid, started: "1".into() };
        assert!(own.is_running() && !earlier.is_running());
        earlier.kill();
    }
}
