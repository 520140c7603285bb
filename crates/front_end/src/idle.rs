//! A deadline that every byte moves on.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

#[derive(Debug)]
pub(crate) struct Idle {
    limit: Duration,
    /// Made at the first standstill: a body that is there at once costs no timer.
    sleep: Option<Pin<Box<Sleep>>>,
    moved: bool,
}

impl Idle {
    pub(crate) fn new(limit: Duration) -> Self {
        Self { limit, sleep: None, moved: false }
    }

    pub(crate) fn progress(&mut self) {
        self.moved = true;
    }

    /// To be polled while nothing comes.
    pub(crate) fn poll_expired(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep(self.limit)));
        if std::mem::take(&mut self.moved) {
            sleep.as_mut().reset(Instant::now() + self.limit);
        }
        sleep.as_mut().poll(cx)
    }
}
