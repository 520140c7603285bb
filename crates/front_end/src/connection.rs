//! One client connection.

use crate::app::App;
use crate::door::Door;
use crate::hush::Ear;
use crate::signature::{Turns, Unsigned};
use crate::wire::Wire;
use futures_util::FutureExt;
use futures_util::future::FusedFuture;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Context;
use tokio::net::TcpStream;
use tokio::sync::watch;

/// Until the client closes, or `closing` is told: then the request in flight is the last.
pub(crate) async fn run(stream: TcpStream, app: Arc<App>, mut closing: watch::Receiver<bool>) {
    let told = closing.clone();
    let turns = Turns::new();
    let service = service_fn(|request| app.handle(request, turns.begin()));
    let wire = Wire::to_client(stream, Unsigned::new(app.door.clone(), turns.clone()));
    let mut connection = pin!(builder(&app.door).serve_connection(wire, service));
    let mut closing = pin!(closing.changed().fuse());
    let (mut listens, mut ear) = (false, None);
    let ended = poll_fn(|cx| {
        // Asked for once it wakes this task, which has one waker all its life: no need to ask at every byte.
        let due = !std::mem::replace(&mut listens, true) || told.has_changed().unwrap_or(true);
        if due && !closing.is_terminated() && closing.as_mut().poll(cx).is_ready() {
            connection.as_mut().graceful_shutdown();
        }
        let ear = ear.get_or_insert_with(|| Ear::of(cx.waker()));
        connection.as_mut().poll(&mut Context::from_waker(ear))
    });
    if let Err(error) = ended.await {
        tracing::debug!(%error, "client connection");
    }
}

/// 100 headers is hyper's own bound and the inference server's (`max_headers` is not set: it would cost an allocation
/// a request).
fn builder(door: &Door) -> Builder {
    let mut builder = Builder::new();
    builder.timer(door.head_timers.clone()).header_read_timeout(door.config.head_timeout);
    builder
}
