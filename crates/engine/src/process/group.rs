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
        let number_is_new = start_time(self.pid).is_some_and(|started| started != self.started);
        !number_is_new && Pid::from_raw(self.pid).is_some_and(|pid| test_kill_process_group(pid).is_ok())
    }

    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    pub fn kill(&self) {
        self.signal(Signal::KILL);
    }

    fn signal(&self, signal: Signal) {
        if let (Some(pid), true) = (Pid::from_raw(self.pid), self.exists()) {
            // It may have gone in between, which is what is wanted.
            let _ = kill_process_group(pid, signal);
        }
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

/// Field 22 of `stat`; `None` for a dead process that only waits to be collected.
#[cfg(target_os = "linux")]
fn start_time(pid: i32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ');
    let state = fields.next()?;
    (!matches!(state, "Z" | "X")).then(|| fields.nth(18).map(str::to_owned)).flatten()
}

#[cfg(not(target_os = "linux"))]
fn start_time(pid: i32) -> Option<String> {
    let output =
        std::process::Command::new("ps").args(["-o", "stat=,lstart=", "-p", &pid.to_string()]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut words = text.split_whitespace();
    let state = words.next()?;
    (!state.starts_with('Z')).then(|| words.collect::<Vec<_>>().join("_"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    #[test]
    fn a_group_is_killed_with_its_children() {
        let mut child = Command::new("sh").args(["-c", "sleep 600 & wait"]).process_group(0).spawn().unwrap();
        let group = Group::of(child.id()).unwrap();
        assert!(group.is_running());
        group.kill();
        child.wait().unwrap();
        assert!(group.gone_within(Duration::from_secs(10)) && !group.is_running());
    }

    #[test]
    fn another_process_of_the_same_number_is_left_alone() {
        let own = Group::of_this_process().unwrap();
        let earlier = Group { pid: own.pid, started: "1".into() };
        assert!(own.is_running() && !earlier.is_running());
        earlier.kill();
    }
}
