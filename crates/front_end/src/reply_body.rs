//! The body of an answer. It carries what lives until its end: lease, ticket, deadline and the record.

use crate::caller::Caller;
use crate::cut::Cut;
use crate::deadline::Deadline;
use crate::desk::Ticket;
use crate::exchange::drain;
use crate::lease::Lease;
use crate::record::Record;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use model::Reason;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::runtime::Handle;

/// A container's answer on its way, given up or ended as one.
#[derive(Debug)]
pub(crate) struct Flow {
    pub(crate) body: Incoming,
    pub(crate) _lease: Lease,
    pub(crate) caller: Caller,
    pub(crate) deadline: Deadline,
}

#[derive(Debug)]
pub(crate) struct ReplyBody {
    flow: Option<Flow>,
    text: Option<Bytes>,
    ticket: Option<Ticket>,
    record: Record,
}

type Piece = Option<Result<Frame<Bytes>, Cut>>;

impl ReplyBody {
    pub(crate) fn flowing(flow: Flow, ticket: Ticket, record: Record) -> Self {
        let mut body = Self { flow: Some(flow), text: None, ticket: Some(ticket), record };
        body.look_for_the_end();
        body
    }

    pub(crate) fn text(text: &'static str, record: Record) -> Self {
        let text = (!text.is_empty()).then(|| Bytes::from_static(text.as_bytes()));
        let mut body = Self { flow: None, text, ticket: None, record };
        body.record.complete = true;
        body
    }

    /// A body of known length is never asked for its end.
    fn look_for_the_end(&mut self) {
        if self.flow.as_ref().is_some_and(|flow| flow.body.is_end_stream()) {
            self.finish();
        }
    }

    fn finish(&mut self) {
        if let Some(flow) = self.flow.take() {
            flow.caller.ended();
        }
        self.record.complete = true;
    }

    fn took(&mut self, piece: &Frame<Bytes>) {
        self.record.sent += piece.data_ref().map_or(0, |data| data.len() as u64);
        self.look_for_the_end();
    }

    fn broken(&mut self) -> Poll<Piece> {
        self.cut(Reason::UpstreamClosed);
        self.finish();
        Poll::Ready(Some(Err(Cut)))
    }

    /// The status has gone out: it stays, the reason tells the rest.
    fn late(&mut self) -> Poll<Piece> {
        self.cut(Reason::UpstreamRequestTimeout);
        self.abandon();
        Poll::Ready(Some(Err(Cut)))
    }

    fn cut(&mut self, reason: Reason) {
        self.record.reason = Some(reason);
        self.ticket = None;
    }

    /// The container is read to its end all the same. Lease and caller are dropped here, at once.
    fn abandon(&mut self) {
        if let (Some(Flow { body, .. }), Ok(runtime)) = (self.flow.take(), Handle::try_current()) {
            runtime.spawn(drain(body));
        }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Piece> {
        let this = self.get_mut();
        let Some(flow) = &mut this.flow else {
            return Poll::Ready(this.text.take().map(|text| {
                this.record.sent = text.len() as u64;
                Ok(Frame::data(text))
            }));
        };
        match Pin::new(&mut flow.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(_))) if flow.deadline.is_over() => this.late(),
            Poll::Ready(Some(Ok(piece))) => {
                this.took(&piece);
                Poll::Ready(Some(Ok(piece)))
            }
            Poll::Ready(Some(Err(_))) => this.broken(),
            Poll::Ready(None) => {
                this.finish();
                Poll::Ready(None)
            }
            Poll::Pending if flow.deadline.poll_passed(cx).is_ready() => this.late(),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.flow.is_none() && self.text.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.flow, &self.text) {
            (Some(flow), _) => flow.body.size_hint(),
            (None, text) => SizeHint::with_exact(text.as_ref().map_or(0, |text| text.len() as u64)),
        }
    }
}

impl Drop for ReplyBody {
    /// The client left before the end, or the answer to a HEAD has none.
    fn drop(&mut self) {
        self.abandon();
    }
}
