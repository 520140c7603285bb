//! The request timeout. It runs from the arrival of the whole request to the end of the answer.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, Sleep, sleep};

#[derive(Debug)]
pub(crate) struct Deadline {
    sleep: Pin<Box<Sleep>>,
    /// Standing still with so much left, until the request has arrived.
    standing: Option<(Duration, oneshot::Receiver<Instant>)>,
}

impl Deadline {
    pub(crate) fn after(timeout: Duration) -> Self {
        Self { sleep: Box::pin(sleep(timeout)), standing: None }
    }

    /// Stands still until `arrived` tells the moment of the last byte; an upload that is given up starts it too.
    pub(crate) fn stand_until(&mut self, arrived: oneshot::Receiver<Instant>) {
        let left = self.sleep.deadline().saturating_duration_since(Instant::now());
        self.standing = Some((left, arrived));
    }

    /// For a body that always has more: one that never makes its reader wait is cut all the same.
    pub(crate) fn is_over(&self) -> bool {
        self.standing.is_none() && Instant::now() >= self.sleep.deadline()
    }

    pub(crate) fn poll_passed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some((left, arrived)) = &mut self.standing {
            let at = ready!(Pin::new(arrived).poll(cx)).unwrap_or_else(|_| Instant::now());
            self.sleep.as_mut().reset(at + *left);
            self.standing = None;
        }
        self.sleep.as_mut().poll(cx)
    }

    /// `None`: the deadline passed first, and the work is dropped.
    pub(crate) async fn race<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = std::pin::pin!(work);
        poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => self.poll_passed(cx).map(|()| None),
        })
        .await
    }
}
