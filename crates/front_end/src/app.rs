//! The way of a request to its handler: scoring paths go straight, every other goes through the Router.

use crate::answer::answer;
use crate::cut::Lost;
use crate::door::Door;
use crate::forward::{REQUEST_ID, request_id};
use crate::own;
use crate::page::{Kind, Page};
use crate::reply::own_headers;
use crate::reply_body::ReplyBody;
use crate::signature::Turn;
use crate::upload::Upload;
use axum::Router;
use axum::body::Body;
use futures_util::FutureExt;
use http::header::{HeaderValue, SERVER};
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use model::RequestId;
use semantics::headers;
use std::any::Any;
use std::convert::Infallible;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::Service;
use tower_http::catch_panic::CatchPanicLayer;

pub(crate) struct App {
    pub(crate) door: Arc<Door>,
    router: Router,
}

impl App {
    pub(crate) fn new(door: Arc<Door>) -> Self {
        Self { router: router(door.clone()), door }
    }

    pub(crate) async fn handle(&self, request: Request<Incoming>, turn: Turn) -> Result<Response<Page>, Lost> {
        if self.door.scores(request.uri().path()) {
            return unless_lost(scored(self.door.clone(), request.map(Upload::Direct)).await, turn);
        }
        let Ok(response) = self.router.clone().call(request).await;
        unless_lost(response.map(Kind::Other), turn)
    }
}

/// hyper closes a connection whose request ends in an error, and writes nothing.
fn unless_lost(response: Response<Kind>, turn: Turn) -> Result<Response<Page>, Lost> {
    match response.extensions().get::<Lost>() {
        Some(lost) => Err(*lost),
        None => Ok(response.map(|kind| Page::new(kind, turn))),
    }
}

/// Azure's front end allow-lists no paths: what is not ours is the container's, `/` and `/swagger.json` too.
fn router(door: Arc<Door>) -> Router {
    let scoring = tower::service_fn(move |request: Request<Body>| {
        scored(door.clone(), request.map(Upload::Routed)).map(Ok::<_, Infallible>)
    });
    Router::new().fallback_service(scoring).layer(CatchPanicLayer::custom(|panic| panicked(fresh_id(), panic)))
}

async fn scored(door: Arc<Door>, request: Request<Upload>) -> Response<Kind> {
    let id = fresh_id();
    guarded(id, pin!(answer(door, id, request))).await
}

/// A panic costs one request, never the connection's neighbours.
async fn guarded(id: RequestId, mut work: Pin<&mut impl Future<Output = Response<ReplyBody>>>) -> Response<Kind> {
    let caught = |cx: &mut Context<'_>| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
        Ok(polled) => polled.map(Ok),
        Err(panic) => Poll::Ready(Err(panic)),
    };
    match poll_fn(caught).await {
        Ok(response) => response.map(Kind::Scored),
        Err(panic) => panicked(id, panic).map(Kind::Other),
    }
}

pub(crate) fn fresh_id() -> RequestId {
    semantics::request_id::request_id(uuid::Uuid::new_v4().into_bytes())
}

fn panicked(id: RequestId, panic: Box<dyn Any + Send>) -> Response<Body> {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    tracing::error!(%id, "panic: {}", text.unwrap_or("no text"));
    let mut response = Response::new(Body::from(own::INTERNAL.body));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    *response.headers_mut() = own_headers(&own::INTERNAL);
    response.headers_mut().insert(REQUEST_ID, request_id(id));
    response.headers_mut().insert(SERVER, HeaderValue::from_static(headers::SERVER));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    #[tokio::test]
    async fn a_panic_is_our_500_with_an_id() {
        let id = fresh_id();
        let response = guarded(id, pin!(async { panic!("on purpose") })).await;
        let (status, given) = (response.status(), response.headers()[REQUEST_ID].clone());
        assert_eq!((status.as_u16(), given.to_str().ok()), (500, Some(id.to_string().as_str())));
        let body = response.into_body().collect().await.ok().map(|body| body.to_bytes());
        assert_eq!(body.as_deref(), Some(&b"local-endpoint: internal error"[..]));
    }
}
