//! How long a body may keep its reader waiting: a deadline that every byte moves on, and one that it has to pay for.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// Bytes that buy a second.
const A_SECOND: u64 = 1 << 10;

#[derive(Debug)]
pub(crate) struct Idle {
    limit: Duration,
    hold: Option<Hold>,
    /// Made at the first standstill: a body that is there at once costs no timer.
    sleep: Option<Pin<Box<Sleep>>>,
    moved: bool,
}

/// An instance that waits for the body. One that only drips would keep it for ever without ever standing still.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hold {
    pub(crate) since: std::time::Instant,
    /// For the first byte, and beyond what the bytes buy.
    pub(crate) free: Duration,
}

impl Hold {
    /// Until when, after so many bytes.
    fn until(&self, bytes: u64) -> Instant {
        let bought = Duration::from_secs(bytes) / A_SECOND as u32;
        Instant::from_std(self.since) + self.free + bought
    }
}

impl Idle {
    pub(crate) fn new(limit: Duration, hold: Option<Hold>) -> Self {
        Self { limit, hold, sleep: None, moved: true }
    }

    pub(crate) fn progress(&mut self) {
        self.moved = true;
    }

    /// To be polled while nothing comes, after so many bytes.
    pub(crate) fn poll_expired(&mut self, bytes: u64, cx: &mut Context<'_>) -> Poll<()> {
        if std::mem::take(&mut self.moved) {
            let still = Instant::now() + self.limit;
            let at = self.hold.map_or(still, |hold| still.min(hold.until(bytes)));
            self.sleep.get_or_insert_with(|| Box::pin(sleep_until(at))).as_mut().reset(at);
        }
        self.sleep.as_mut().map_or(Poll::Pending, |sleep| sleep.as_mut().poll(cx))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kilobyte_buys_a_second() {
        let since = std::time::Instant::now();
        let hold = Hold { since, free: Duration::from_secs(5) };
        let bought = [0, 1, 1024, 10 << 10].map(|bytes| hold.until(bytes).into_std() - since);
        let seconds = bought.map(|bought| bought.as_secs_f64());
        assert_eq!(seconds, [5.0, 5.000_976_562, 6.0, 15.0]);
    }
}
