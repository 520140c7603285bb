//! The body of an answer. It carries what lives until its end: lease, ticket, deadline and the record.

use crate::cut::Cut;
use crate::deadline::Deadline;
use crate::desk::Ticket;
use crate::exchange::Exchange;
use crate::lease::Lease;
use crate::record::Record;
use crate::throttle::Throttle;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use model::Reason;
use std::borrow::Cow;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A container's answer on its way, given up or ended as one. Dropped before the end (the client left), the container
/// is read to its end all the same.
#[derive(Debug)]
pub(crate) struct Flow {
    pub(crate) exchange: Exchange,
    pub(crate) lease: Lease,
    pub(crate) deadline: Deadline,
    pub(crate) throttle: Option<Box<Throttle>>,
}

#[derive(Debug)]
pub(crate) struct ReplyBody {
    flow: Option<Flow>,
    text: Option<Bytes>,
    ticket: Option<Ticket>,
    throttle: Option<Box<Throttle>>,
    /// The end is missing.
    cut: bool,
    record: Box<Record>,
}

type Piece = Option<Result<Frame<Bytes>, Cut>>;

impl ReplyBody {
    pub(crate) fn flowing(mut flow: Flow, ticket: Ticket, record: Box<Record>) -> Self {
        let throttle = flow.throttle.take();
        let mut body = Self { flow: Some(flow), text: None, ticket: Some(ticket), throttle, cut: false, record };
        body.look_for_the_end();
        body
    }

    pub(crate) fn text(text: Cow<'static, str>, record: Box<Record>) -> Self {
        let text = (!text.is_empty()).then(|| match text {
            Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
            Cow::Owned(text) => Bytes::from(text),
        });
        let mut body = Self { flow: None, text, ticket: None, throttle: None, cut: false, record };
        body.record.complete = true;
        body
    }

    pub(crate) fn nothing(record: Box<Record>) -> Self {
        Self { flow: None, text: None, ticket: None, throttle: None, cut: true, record }
    }

    /// A body of known length is never asked for its end.
    fn look_for_the_end(&mut self) {
        if self.flow.as_ref().is_some_and(|flow| flow.exchange.is_end_stream()) {
            self.finish();
        }
    }

    fn finish(&mut self) {
        if let Some(Flow { exchange, mut lease, .. }) = self.flow.take() {
            lease.keep(exchange.ended());
        }
        self.record.ended();
    }

    fn took(&mut self, piece: &Frame<Bytes>) {
        self.record.took(piece);
        self.look_for_the_end();
    }

    /// At once, or when the endpoint's bandwidth has room for it.
    fn pass(&mut self, piece: Frame<Bytes>, cx: &mut Context<'_>) -> Poll<Piece> {
        let Some(throttle) = &mut self.throttle else { return Poll::Ready(Some(Ok(piece))) };
        let passing = throttle.passes(piece);
        self.record.response_delay = throttle.delayed();
        match passing {
            Some(piece) => Poll::Ready(Some(Ok(piece))),
            None => throttle.poll_held(cx).map(|piece| piece.map(Ok)),
        }
    }

    fn broken(&mut self, cx: &mut Context<'_>) -> Poll<Piece> {
        self.cut(Reason::UpstreamClosed, cx);
        self.record.capture = None;
        self.finish();
        Poll::Pending
    }

    /// The status has gone out: it stays, the reason tells the rest. The container is read to its end all the same.
    fn late(&mut self, cx: &mut Context<'_>) -> Poll<Piece> {
        self.cut(Reason::UpstreamRequestTimeout, cx);
        self.flow = None;
        Poll::Pending
    }

    /// Told at the next poll: a pause lets go out what came before.
    fn cut(&mut self, reason: Reason, cx: &mut Context<'_>) {
        self.record.reason = Some(reason);
        self.ticket = None;
        self.cut = true;
        cx.waker().wake_by_ref();
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Piece> {
        let this = self.get_mut();
        if let Some(throttle) = &mut this.throttle
            && let Some(held) = ready!(throttle.poll_held(cx))
        {
            return Poll::Ready(Some(Ok(held)));
        }
        let Some(flow) = &mut this.flow else {
            if this.cut {
                return Poll::Ready(Some(Err(Cut)));
            }
            if let Some(trailers) = this.throttle.as_mut().and_then(|throttle| throttle.trailers()) {
                return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
            }
            return Poll::Ready(this.text.take().map(|text| {
                this.record.sent = text.len() as u64;
                Ok(Frame::data(text))
            }));
        };
        match flow.exchange.poll_frame(cx) {
            Poll::Ready(Some(Ok(_))) if this.record.sent > 0 && flow.deadline.is_over() => this.late(cx),
            Poll::Ready(Some(Ok(piece))) => {
                this.took(&piece);
                this.pass(piece, cx)
            }
            Poll::Ready(Some(Err(_))) => this.broken(cx),
            Poll::Ready(None) => {
                this.finish();
                let trailers = this.throttle.as_mut().and_then(|throttle| throttle.trailers());
                Poll::Ready(trailers.map(|trailers| Ok(Frame::trailers(trailers))))
            }
            Poll::Pending if flow.deadline.poll_passed(cx).is_ready() => this.late(cx),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        let nothing_held = self.throttle.as_ref().is_none_or(|throttle| throttle.is_done());
        self.flow.is_none() && self.text.is_none() && !self.cut && nothing_held
    }

    fn size_hint(&self) -> SizeHint {
        if self.throttle.as_ref().is_some_and(|throttle| !throttle.is_done()) {
            return SizeHint::default();
        }
        match (&self.flow, &self.text) {
            (Some(flow), _) => flow.exchange.size_hint(),
            (None, text) => SizeHint::with_exact(text.as_ref().map_or(0, |text| text.len() as u64)),
        }
    }
}
