//! A process that is known again: its number alone is given to others later.

use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessId {
    pub pid: u32,
    /// When it started, in the platform's own words; only ever compared.
    pub started: String,
}

impl ProcessId {
    /// This process.
    pub fn own() -> Self {
        let pid = std::process::id();
        Self { pid, started: started(pid).unwrap_or_default() }
    }

    /// Of the text that [`fmt::Display`] gives.
    pub fn parse(text: &str) -> Option<Self> {
        let (pid, started) = text.split_once(' ')?;
        Some(Self { pid: pid.parse().ok()?, started: started.to_owned() })
    }

    pub fn alive(&self) -> bool {
        started(self.pid).is_some_and(|started| started == self.started)
    }
}

impl fmt::Display for ProcessId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.pid, self.started)
    }
}

/// The machine, or the container, in which process numbers mean something to us.
pub fn host() -> String {
    #[cfg(unix)]
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").unwrap_or_default();
    name
}

/// Field 22 of `/proc/<pid>/stat` (clock ticks since boot), with the boot it counts from. A zombie is not alive.
#[cfg(target_os = "linux")]
fn started(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // Field 2 is the name in parentheses and may hold anything: count from behind the last one.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    let ticks = fields.nth(18)?;
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    (!matches!(state, "Z" | "X")).then(|| format!("{ticks}@{}", boot.trim()))
}

#[cfg(all(unix, not(target_os = "linux")))]
fn started(pid: u32) -> Option<String> {
    printed("ps", &["-o", "lstart=", "-p", &pid.to_string()])
}

#[cfg(windows)]
fn started(pid: u32) -> Option<String> {
    printed("powershell", &["-NoProfile", "-Command", &format!("(Get-Process -Id {pid}).StartTime.ToFileTimeUtc()")])
}

/// A start is a text that is compared: in one language and one time zone, whoever asks.
#[cfg(not(target_os = "linux"))]
fn printed(program: &str, arguments: &[&str]) -> Option<String> {
    let output =
        std::process::Command::new(program).args(arguments).envs([("LC_ALL", "C"), ("TZ", "UTC")]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_alive_until_it_is_reaped() {
        let own = ProcessId::own();
        assert!(own.alive());
        assert!(!ProcessId { started: "0@another boot".into(), ..own }.alive(), "a reused number");
    }

    #[cfg(unix)]
    #[test]
    fn a_killed_process_is_dead_before_its_parent_looks() {
        let mut child = std::process::Command::new("cat").stdin(std::process::Stdio::piped()).spawn().expect("cat");
        let id = ProcessId { pid: child.id(), started: started(child.id()).expect("it runs") };
        assert!(id.alive());
        child.kill().expect("killed");
        child.wait().expect("reaped");
        assert!(!id.alive());
    }
}
