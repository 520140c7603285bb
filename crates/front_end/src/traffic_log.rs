//! The traffic log on its way out: requests append to a buffer, a thread of its own writes it. A slow or full disk
//! never delays a request: what finds no room is dropped, and counted.

use crate::traffic_line::{Line, Second};
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A line is written at most so much later.
const LATE: Duration = Duration::from_millis(200);
/// Bytes that are written at once, however early.
const ENOUGH: usize = 64 << 10;
/// Bytes that may wait for a slow disk.
const MOST: usize = 8 << 20;

/// A handle; clones append to the same log.
#[derive(Debug, Clone)]
pub struct TrafficLog(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    pending: Mutex<Pending>,
    /// Told to the writer: the first line, enough of them, the end.
    coming: Condvar,
    /// Told by the writer: it has ended.
    ended: Condvar,
    dropped: AtomicU64,
    off: AtomicBool,
}

#[derive(Debug, Default)]
struct Pending {
    lines: Vec<u8>,
    second: Second,
    closing: bool,
    ended: bool,
    /// Why the last lines could not be written.
    fault: Option<String>,
}

impl TrafficLog {
    /// Writes whole lines to `to`, from a thread of its own.
    pub fn start(to: impl Write + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let writer = shared.clone();
        std::thread::Builder::new().name("traffic-log".into()).spawn(move || writer.write(to))?;
        Ok(Self(shared))
    }

    /// `false`: no request is logged from now on.
    pub fn switch(&self, on: bool) {
        self.0.off.store(!on, Relaxed);
    }

    pub(crate) fn is_on(&self) -> bool {
        !self.0.off.load(Relaxed)
    }

    /// Lines that found no room, or could not be written.
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Relaxed)
    }

    /// Why lines could not be written, once.
    pub fn fault(&self) -> Option<String> {
        self.0.lock().fault.take()
    }

    /// Writes what waits; blocks until that is done, or for so long. Whether it was done.
    pub fn close(&self, patience: Duration) -> bool {
        let mut pending = self.0.lock();
        pending.closing = true;
        self.0.coming.notify_one();
        let waited = self.0.ended.wait_timeout_while(pending, patience, |pending| !pending.ended);
        waited.unwrap_or_else(PoisonError::into_inner).0.ended
    }

    pub(crate) fn tell(&self, line: &Line<'_>) {
        let mut pending = self.0.lock();
        let Pending { lines, second, closing, fault, .. } = &mut *pending;
        let before = lines.len();
        if before >= MOST || *closing {
            self.0.dropped.fetch_add(1, Relaxed);
            if !*closing && fault.is_none() {
                *fault = Some("the disk is too slow".into());
            }
            return;
        }
        line.write(second, lines);
        if before == 0 || (before < ENOUGH && lines.len() >= ENOUGH) {
            self.0.coming.notify_one();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, mut to: impl Write) {
        let mut batch = vec![];
        let mut torn = false;
        while self.next(&mut batch) {
            let begin: &[u8] = if torn { b"\n" } else { b"" };
            let written = to.write_all(begin).and_then(|()| to.write_all(&batch)).and_then(|()| to.flush());
            torn = written.is_err();
            if let Err(error) = written {
                self.lost(&batch, &error);
            }
            batch.clear();
            batch.shrink_to(ENOUGH * 2);
        }
        self.lock().ended = true;
        self.ended.notify_all();
    }

    /// What waits, after a moment for more of it; `false`: the end.
    fn next(&self, batch: &mut Vec<u8>) -> bool {
        let pending = self.coming.wait_while(self.lock(), |pending| pending.lines.is_empty() && !pending.closing);
        let mut pending = pending.unwrap_or_else(PoisonError::into_inner);
        let latest = Instant::now() + LATE;
        while pending.lines.len() < ENOUGH && !pending.closing {
            let left = latest.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            pending = self.coming.wait_timeout(pending, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        std::mem::swap(&mut pending.lines, batch);
        !batch.is_empty()
    }

    /// Some of them may have been written.
    fn lost(&self, batch: &[u8], error: &io::Error) {
        let lines = batch.iter().filter(|byte| **byte == b'\n').count();
        self.dropped.fetch_add(lines as u64, Relaxed);
        self.lock().fault = Some(error.to_string());
    }
}

#[cfg(test)]
#[path = "traffic_log_tests.rs"]
mod tests;
