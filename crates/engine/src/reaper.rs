//! The watchdog's program: outlives the process that started it just long enough to end what that one left.
//!
//! Its input is the pipe to that process. At the end of the pipe, however it came about, the process groups it guards
//! are asked to stop, killed after [`GRACE`], and the paths it guards are removed.

use crate::process::group::Group;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The first line of its output: from here on no signal of the terminal reaches it.
pub const READY: &str = "ready";

/// Between TERM and KILL.
pub const GRACE: Duration = Duration::from_secs(2);

/// One line of the pipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Order {
    Guard(Group),
    Release(i32),
    GuardPath(PathBuf),
    ReleasePath(PathBuf),
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guard(group) => writeln!(f, "+ {} {}", group.pid, group.started),
            Self::Release(pid) => writeln!(f, "- {pid}"),
            Self::GuardPath(path) => writeln!(f, "> {}", path.display()),
            Self::ReleasePath(path) => writeln!(f, "< {}", path.display()),
        }
    }
}

impl Order {
    fn read(line: &str) -> Option<Self> {
        let (sign, rest) = line.split_once(' ')?;
        match (sign, rest.split_once(' ')) {
            ("+", Some((pid, started))) => Some(Self::Guard(Group { pid: pid.parse().ok()?, started: started.into() })),
            ("-", None) => Some(Self::Release(rest.parse().ok()?)),
            (">", _) => Some(Self::GuardPath(rest.into())),
            ("<", _) => Some(Self::ReleasePath(rest.into())),
            _ => None,
        }
    }
}

/// Runs until the pipe ends and everything guarded is gone.
pub fn run() -> io::Result<()> {
    rustix::process::setsid()?;
    let mut stdout = io::stdout();
    writeln!(stdout, "{READY}")?;
    stdout.flush()?;
    let mut guarded = Guarded::default();
    for line in io::stdin().lock().lines() {
        guarded.take(&line?);
    }
    guarded.end()
}

#[derive(Debug, Default)]
struct Guarded {
    groups: BTreeMap<i32, Group>,
    paths: Vec<PathBuf>,
}

impl Guarded {
    /// A line cut short by the death of its writer is no order.
    fn take(&mut self, line: &str) {
        match Order::read(line) {
            Some(Order::Guard(group)) => drop(self.groups.insert(group.pid, group)),
            Some(Order::Release(pid)) => drop(self.groups.remove(&pid)),
            Some(Order::GuardPath(path)) => self.paths.push(path),
            Some(Order::ReleasePath(path)) => self.paths.retain(|guarded| *guarded != path),
            None => {}
        }
    }

    fn end(self) -> io::Result<()> {
        self.groups.values().for_each(Group::terminate);
        let end = Instant::now() + GRACE;
        for group in self.groups.values() {
            if !group.gone_within(end.saturating_duration_since(Instant::now())) {
                group.kill();
                group.gone_within(GRACE);
            }
        }
        self.paths.iter().map(remove).fold(Ok(()), Result::and)
    }
}

fn remove(path: &PathBuf) -> io::Result<()> {
    let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_written_and_read() {
        let group = Group { pid: 12, started: "Sun_Nov_22".into() };
        let path = PathBuf::from("/tmp/with space");
        for order in [Order::Guard(group), Order::Release(12), Order::GuardPath(path.clone()), Order::ReleasePath(path)]
        {
            assert_eq!(Order::read(order.to_string().trim_end()), Some(order));
        }
        assert_eq!(Order::read("+ 12"), None);
    }
}
