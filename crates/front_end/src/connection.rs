//! One client connection.

use crate::app::App;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::watch;

/// For a head to come whole, and for an idle connection to be used again.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);

/// Until the client closes, or `closing` is told: then the request in flight is the last.
pub(crate) async fn run(stream: TcpStream, app: App, mut closing: watch::Receiver<bool>) {
    let service = service_fn(|request| {
        let app = app.clone();
        async { Ok::<_, Infallible>(app.handle(request).await) }
    });
    let mut connection = pin!(builder().serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = closing.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "client connection");
    }
}

/// 100 headers is hyper's own bound and the inference server's (`max_headers` is not set: it would cost an allocation
/// a request).
fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    builder
}
