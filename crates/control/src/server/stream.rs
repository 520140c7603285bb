//! Streams of lines that end when the emulator does, but not before they have told what they know.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::future::{FutureExt, Shared};
use futures_util::stream::{self, BoxStream, StreamExt};
use http::header::CONTENT_TYPE;
use serde::Serialize;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::Poll;

/// The emulator's end, for everybody who waits for it.
#[derive(Clone)]
pub struct Stop(Shared<Pin<Box<dyn Future<Output = ()> + Send>>>);

impl Stop {
    pub fn new(shutdown: impl Future<Output = ()> + Send + 'static) -> Self {
        let shutdown: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(shutdown);
        Self(shutdown.shared())
    }

    pub async fn wait(self) {
        self.0.await;
    }
}

/// One JSON document a line.
pub fn lines<T: Serialize + Send + 'static>(values: BoxStream<'static, T>, stop: Stop) -> Response {
    let body = Body::from_stream(until(values, stop).map(|value| Ok::<_, Infallible>(line(&value))));
    ([(CONTENT_TYPE, "application/x-ndjson")], body).into_response()
}

fn line(value: &impl Serialize) -> Bytes {
    // The types of this API have string keys and no floats out of range: they always serialise.
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    line.into()
}

fn until<T: Send + 'static>(mut values: BoxStream<'static, T>, stop: Stop) -> BoxStream<'static, T> {
    let mut stop = Box::pin(stop.wait().fuse());
    stream::poll_fn(move |context| match values.poll_next_unpin(context) {
        Poll::Ready(value) => Poll::Ready(value),
        Poll::Pending => stop.poll_unpin(context).map(|()| None),
    })
    .boxed()
}
