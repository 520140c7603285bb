//! A client's body on its way in: measured, and never still for longer than the idle limit.

use crate::idle::Idle;
use crate::meter::{Fault, Meter};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// What a client's body has to be: hyper's own on the short way, axum's behind the Router.
pub(crate) trait Upload:
    Body<Data = Bytes, Error: Error + Send + Sync + 'static> + Send + Unpin + 'static
{
}

impl<B> Upload for B where B: Body<Data = Bytes, Error: Error + Send + Sync + 'static> + Send + Unpin + 'static {}

#[derive(Debug)]
pub(crate) struct Intake<B> {
    body: B,
    idle: Idle,
    meter: Arc<Meter>,
    /// Told when the last byte has come.
    arrival: Option<oneshot::Sender<Instant>>,
}

impl<B: Upload> Intake<B> {
    pub(crate) fn new(body: B, idle: Duration, meter: Arc<Meter>) -> Self {
        Self { body, idle: Idle::new(idle), meter, arrival: None }
    }

    pub(crate) fn telling(mut self) -> (Self, oneshot::Receiver<Instant>) {
        let (arrival, arrived) = oneshot::channel();
        self.arrival = Some(arrival);
        self.tell_the_end();
        (self, arrived)
    }

    /// What is left of it.
    pub(crate) fn into_body(self) -> B {
        self.body
    }

    fn took(&mut self, frame: &Frame<Bytes>) {
        self.idle.progress();
        self.meter.took(frame.data_ref().map_or(0, Bytes::len));
        self.tell_the_end();
    }

    fn tell_the_end(&mut self) {
        if self.body.is_end_stream() {
            self.ended();
        }
    }

    fn ended(&mut self) {
        if let Some(arrival) = self.arrival.take() {
            // Who waited may have gone.
            let _ = arrival.send(Instant::now());
        }
    }
}

impl<B: Upload> Body for Intake<B> {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        let this = self.get_mut();
        let failed = match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                this.took(&frame);
                return Poll::Ready(Some(Ok(frame)));
            }
            Poll::Ready(None) => {
                this.ended();
                return Poll::Ready(None);
            }
            Poll::Ready(Some(Err(error))) => Fault::of(&error),
            Poll::Pending => {
                std::task::ready!(this.idle.poll_expired(cx));
                Fault::Stalled
            }
        };
        Poll::Ready(Some(Err(this.meter.failed(failed))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
