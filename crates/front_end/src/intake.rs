//! A client's body on its way in: measured, and never still for longer than the idle limit.

use crate::idle::{Hold, Idle};
use crate::linger::linger;
use crate::meter::{Fault, Meter};
use crate::throttle::Throttle;
use crate::upload::Upload;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

#[derive(Debug)]
pub(crate) struct Intake {
    /// Always there, but at the end in `into_body`.
    body: Option<Upload>,
    idle: Idle,
    meter: Arc<Meter>,
    throttle: Option<Box<Throttle>>,
    /// The client sends nothing before `100 Continue`, which it gets with the first poll.
    waits: bool,
}

impl Intake {
    /// `hold`: an instance waits for it.
    pub(crate) fn new(body: Upload, idle: Duration, meter: Arc<Meter>, waits: bool, hold: Option<Hold>) -> Self {
        if body.is_end_stream() {
            meter.ended();
        }
        Self { body: Some(body), idle: Idle::new(idle, hold), meter, throttle: None, waits }
    }

    /// From now on every piece waits for its share of the bandwidth.
    pub(crate) fn slow(&mut self, throttle: Throttle) {
        self.throttle = Some(Box::new(throttle));
    }

    /// What is left of it.
    pub(crate) fn into_body(mut self) -> Option<Upload> {
        self.body.take()
    }

    /// At once, or when the bandwidth has room for it; until then it has not come.
    fn pass(&mut self, frame: Frame<Bytes>, cx: &mut Context<'_>) -> Poll<Option<Frame<Bytes>>> {
        let Some(throttle) = &mut self.throttle else { return Poll::Ready(Some(frame)) };
        let passing = throttle.passes(frame);
        self.meter.delay(throttle.delayed());
        if passing.is_some() { Poll::Ready(passing) } else { throttle.poll_held(cx) }
    }

    /// `None`: nothing is held.
    fn poll_held(&mut self, cx: &mut Context<'_>) -> Poll<Option<Frame<Bytes>>> {
        self.throttle.as_mut().map_or(Poll::Ready(None), |throttle| throttle.poll_held(cx))
    }

    fn took(&mut self, frame: &Frame<Bytes>) {
        self.idle.progress();
        self.meter.took(frame.data_ref().map_or(0, Bytes::len));
        if self.is_end_stream() {
            self.meter.ended();
        }
    }
}

impl Body for Intake {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        let this = self.get_mut();
        this.waits = false;
        if let Some(held) = ready!(this.poll_held(cx)) {
            this.took(&held);
            return Poll::Ready(Some(Ok(held)));
        }
        let Some(body) = &mut this.body else { return Poll::Ready(None) };
        let failed = match Pin::new(body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                let passed = ready!(this.pass(frame, cx));
                return Poll::Ready(passed.map(|frame| {
                    this.took(&frame);
                    Ok(frame)
                }));
            }
            Poll::Ready(None) => {
                this.meter.ended();
                return Poll::Ready(None);
            }
            Poll::Ready(Some(Err(error))) => Fault::of(&*error),
            Poll::Pending => {
                ready!(this.idle.poll_expired(this.meter.bytes(), cx));
                Fault::Stalled
            }
        };
        Poll::Ready(Some(Err(this.meter.failed(failed))))
    }

    fn is_end_stream(&self) -> bool {
        let nothing_held = self.throttle.as_ref().is_none_or(|throttle| throttle.is_done());
        nothing_held && self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or(SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for Intake {
    /// What a container does not read any more (it has answered, or broken off) is read away, so that the client sees
    /// the answer.
    fn drop(&mut self) {
        if !self.meter.has_ended() && self.meter.fault().is_none() {
            linger(self.body.take(), self.waits);
        }
        self.meter.ended();
    }
}
