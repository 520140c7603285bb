//! The request timeout. It runs from the arrival of the whole request to the end of the answer.

use crate::meter::Meter;
use crate::timers::{Timer, Timers};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;

#[derive(Debug)]
pub(crate) struct Deadline {
    at: Instant,
    timers: Timers,
    /// Made at the first wait.
    timer: Option<Timer>,
    /// Standing still with so much left, until the upload has ended.
    standing: Option<(Duration, Arc<Meter>)>,
}

impl Deadline {
    /// `from`: the last byte of the request.
    pub(crate) fn after(from: std::time::Instant, timeout: Duration, timers: &Timers) -> Self {
        Self { at: Instant::from_std(from) + timeout, timers: timers.clone(), timer: None, standing: None }
    }

    /// Stands still until the last byte of the upload; one that is given up starts it too. Who polls the deadline
    /// polls the upload as well, so nobody has to be woken.
    pub(crate) fn stand_until_arrival(&mut self, upload: &Arc<Meter>, now: std::time::Instant) {
        if !upload.has_ended() {
            self.standing = Some((self.at.saturating_duration_since(now.into()), upload.clone()));
            self.timer = None;
        }
    }

    /// For a body that always has more: one that never makes its reader wait is cut all the same.
    pub(crate) fn is_over(&self) -> bool {
        self.standing.is_none() && Instant::now() >= self.at
    }

    pub(crate) fn poll_passed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some((left, upload)) = &self.standing {
            if !upload.has_ended() {
                return Poll::Pending;
            }
            self.at = Instant::from_std(upload.last_byte()) + *left;
            self.standing = None;
        }
        let timer = self.timer.get_or_insert_with(|| self.timers.at(self.at));
        Pin::new(timer).poll(cx)
    }

    /// `None`: the deadline passed first, and the work is dropped.
    pub(crate) async fn race<T>(&mut self, mut work: Pin<&mut impl Future<Output = T>>) -> Option<T> {
        poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => self.poll_passed(cx).map(|()| None),
        })
        .await
    }
}
