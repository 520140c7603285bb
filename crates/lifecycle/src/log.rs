//! The last lines of one instance, and a way to wait for more of them.

use semantics::startup::{LogSign, progress};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

const KEPT: usize = 5_000;

#[derive(Debug)]
pub struct Log {
    lines: Mutex<VecDeque<String>>,
    /// How many lines there ever were.
    count: watch::Sender<u64>,
    /// Generations of which the host has said that there is no more of their output, once for each stream.
    ended: watch::Sender<Vec<u64>>,
}

/// A program's output and its errors come separately.
const STREAMS: usize = 2;

impl Default for Log {
    fn default() -> Self {
        Self { lines: Mutex::default(), count: watch::Sender::new(0), ended: watch::Sender::new(vec![]) }
    }
}

impl Log {
    pub fn push(&self, line: String) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push_back(line);
        if lines.len() > KEPT {
            lines.pop_front();
        }
        self.count.send_modify(|count| *count += 1);
    }

    /// The last lines, oldest first.
    pub fn tail(&self, count: usize) -> Vec<String> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().skip(lines.len().saturating_sub(count)).cloned().collect()
    }

    pub fn text(&self) -> String {
        self.tail(KEPT).join("\n")
    }

    /// How many lines there ever were: a mark to ask `since` with.
    pub fn count(&self) -> u64 {
        *self.count.borrow()
    }

    /// The lines that came after the mark, as far as they are kept.
    pub fn since(&self, mark: u64) -> Vec<String> {
        self.after(mark).0
    }

    /// The same, and the mark behind them: no line is missed or met twice.
    pub fn after(&self, mark: u64) -> (Vec<String>, u64) {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        // The count only changes under the lock.
        let count = self.count();
        let fresh = usize::try_from(count.saturating_sub(mark)).unwrap_or(usize::MAX);
        (lines.iter().skip(lines.len().saturating_sub(fresh)).cloned().collect(), count)
    }

    /// Where, behind the mark, the server first says that a worker of it was killed.
    pub fn first_killed(&self, mark: u64) -> Option<u64> {
        let (lines, count) = self.after(mark);
        let killed =
            |line: &String| matches!(progress(line), LogSign::WorkerSignalled { signal, .. } if signal == "SIGKILL");
        let later = lines.len() - lines.iter().position(killed)?;
        Some(count - later as u64)
    }

    pub fn end_of(&self, generation: u64) {
        self.ended.send_modify(|ended| ended.push(generation));
    }

    /// Resolves once all that the generation has said is here.
    pub async fn ended(&self, generation: u64) {
        let all = |ended: &Vec<u64>| ended.iter().filter(|one| **one == generation).count() >= STREAMS;
        let _ = self.ended.subscribe().wait_for(all).await;
    }

    /// Wakes at every line.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.count.subscribe()
    }
}
