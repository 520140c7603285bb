//! What goes back to the client: a scoring answer, or what the Router made.

use crate::reply_body::ReplyBody;
use crate::signature::Turn;
use axum::body::Body as Boxed;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};

#[derive(Debug)]
pub(crate) struct Page {
    kind: Kind,
    /// Ends with the body.
    _turn: Turn,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Scored(ReplyBody),
    Other(Boxed),
}

type Failure = Box<dyn Error + Send + Sync>;

impl Page {
    pub(crate) fn new(kind: Kind, turn: Turn) -> Self {
        Self { kind, _turn: turn }
    }
}

impl Body for Page {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        Pin::new(&mut self.get_mut().kind).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.kind.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.kind.size_hint()
    }
}

impl Body for Kind {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        match self.get_mut() {
            Self::Scored(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
            Self::Other(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Scored(body) => body.is_end_stream(),
            Self::Other(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Scored(body) => body.size_hint(),
            Self::Other(body) => body.size_hint(),
        }
    }
}
