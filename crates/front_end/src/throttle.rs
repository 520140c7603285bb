//! A body that is held back where the endpoint's bandwidth is enforced: an answer, and what is said of it behind its
//! end, or an upload of no declared length.

use crate::door::Door;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body::Frame;
use model::RateLimits;
use semantics::rates::{REQUEST_DELAY, RESPONSE_DELAY};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use tokio::time::{Sleep, sleep};

#[derive(Debug)]
pub(crate) struct Throttle {
    door: Arc<Door>,
    /// A piece, and until when.
    held: Option<(Frame<Bytes>, Pin<Box<Sleep>>)>,
    delayed: Duration,
    /// What the request has waited; `None`: the client takes no trailers, or has them.
    request: Option<Duration>,
}

impl Throttle {
    /// `trailers`: the client takes them.
    pub(crate) fn new(door: Arc<Door>, request: Duration, trailers: bool) -> Self {
        Self { door, held: None, delayed: Duration::ZERO, request: trailers.then_some(request) }
    }

    /// Of an upload.
    pub(crate) fn upload(door: Arc<Door>) -> Self {
        Self::new(door, Duration::ZERO, false)
    }

    /// The piece, if it may pass at once; else it comes out of [`Throttle::poll_held`].
    pub(crate) fn passes(&mut self, piece: Frame<Bytes>) -> Option<Frame<Bytes>> {
        let Some(data) = piece.data_ref() else {
            // The container's own trailers: there is no second end.
            self.request = None;
            return Some(piece);
        };
        let delay = self.door.carries(RateLimits::Enforce, data.len() as u64, Instant::now());
        if delay.is_zero() {
            return Some(piece);
        }
        self.delayed += delay;
        self.held = Some((piece, Box::pin(sleep(delay))));
        None
    }

    /// `None`: nothing is held.
    pub(crate) fn poll_held(&mut self, cx: &mut Context<'_>) -> Poll<Option<Frame<Bytes>>> {
        if let Some((_, until)) = &mut self.held {
            ready!(until.as_mut().poll(cx));
        }
        Poll::Ready(self.held.take().map(|(piece, _)| piece))
    }

    /// Nothing comes out of it any more.
    pub(crate) fn is_done(&self) -> bool {
        self.held.is_none() && !self.announces()
    }

    /// Trailers may follow.
    pub(crate) fn announces(&self) -> bool {
        self.request.is_some()
    }

    /// How long the body was held back, all told.
    pub(crate) fn delayed(&self) -> Duration {
        self.delayed
    }

    /// Once, behind the last piece, and only of what was slowed (documented).
    pub(crate) fn trailers(&mut self) -> Option<HeaderMap> {
        let request = self.request.take()?;
        let slowed = [(REQUEST_DELAY, request), (RESPONSE_DELAY, self.delayed)];
        let slowed = slowed.iter().filter(|(_, delay)| !delay.is_zero());
        let map: HeaderMap = slowed
            .map(|(name, delay)| (HeaderName::from_static(name), HeaderValue::from(delay.as_millis() as u64)))
            .collect();
        (!map.is_empty()).then_some(map)
    }
}
