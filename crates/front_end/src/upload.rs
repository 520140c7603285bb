//! A client's body: hyper's own on the short way, axum's behind the Router.

use crate::hush;
use axum::body::Body as Routed;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use std::pin::Pin;
use std::task::{Context, Poll};

#[derive(Debug)]
pub(crate) enum Upload {
    Direct(Incoming),
    Routed(Routed),
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Body for Upload {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        match self.get_mut() {
            Self::Direct(body) => {
                hush::taking(body, |body| Pin::new(body).poll_frame(cx), Body::is_end_stream).map_err(Into::into)
            }
            Self::Routed(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Direct(body) => body.is_end_stream(),
            Self::Routed(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Direct(body) => body.size_hint(),
            Self::Routed(body) => body.size_hint(),
        }
    }
}
