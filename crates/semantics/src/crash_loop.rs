//! A server whose workers die while they start: gunicorn boots them again for ever, and the container never exits.

use crate::log_line::{LogSign, progress};
use crate::pattern::pattern;

pattern!(WORKERS, r"^Worker Count: (\d+)$");

/// Boots beyond one per worker, none of which became ready, that make a loop.
const RESPAWNS: u32 = 2;

/// Counts boots in the lines of one start. Lines are fed in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrashLoop {
    /// WORKER_COUNT, as the server's own banner prints it.
    workers: u32,
    boots: u32,
}

impl Default for CrashLoop {
    fn default() -> Self {
        Self { workers: 1, boots: 0 }
    }
}

impl CrashLoop {
    /// Whether the server loops, this line counted.
    pub fn sees(&mut self, line: &str) -> bool {
        match progress(line) {
            LogSign::Booting(_) => self.boots += 1,
            LogSign::Ready(_) => self.boots = 0,
            LogSign::Other => self.banner(line),
            _ => {}
        }
        self.boots >= self.workers + RESPAWNS
    }

    fn banner(&mut self, line: &str) {
        if let Some(found) = WORKERS.captures(line) {
            self.workers = found[1].parse().unwrap_or(1);
        }
    }
}
