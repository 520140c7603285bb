//! The control API, on 127.0.0.1 for whoever can read the token.

mod door;
mod reply;
pub(crate) mod routes;
mod stream;

use crate::Emulator;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use diagnosis::{Diagnosis, local};
use door::Door;
use http::header::AUTHORIZATION;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use stream::Stop;
use tokio::net::TcpListener;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::sensitive_headers::SetSensitiveRequestHeadersLayer;
use tower_http::trace::TraceLayer;

/// Bytes of a request's body.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// How long a stream may take, once all is told, until its client has read it.
const GRACE: Duration = Duration::from_secs(2);

/// The control listener: 127.0.0.1, a port of the system's choice.
pub async fn bind() -> Result<TcpListener, Diagnosis> {
    let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    bound.map_err(|error| Diagnosis::error(local::INTERNAL, format!("no control port can be bound: {error}")))
}

/// Serves until `shutdown`; then running requests are answered, and streams end after what they have to tell.
pub async fn serve(
    listener: TcpListener,
    token: String,
    emulator: Arc<dyn Emulator>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let door = Door::new(token, listener.local_addr()?.port());
    let stop = Stop::new(shutdown);
    let server = axum::serve(listener, app(emulator, door, stop.clone())).with_graceful_shutdown(stop.clone().wait());
    let late = async {
        stop.wait().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = server => served,
        () = late => Ok(()),
    }
}

fn app(emulator: Arc<dyn Emulator>, door: Door, stop: Stop) -> Router {
    let layers = ServiceBuilder::new()
        .layer(SetSensitiveRequestHeadersLayer::new([AUTHORIZATION]))
        .layer(TraceLayer::new_for_http())
        .layer(CatchPanicLayer::custom(reply::panicked))
        .layer(from_fn_with_state(Arc::new(door), door::guard))
        .layer(DefaultBodyLimit::max(BODY_LIMIT));
    routes::routes(emulator, stop).layer(layers)
}
