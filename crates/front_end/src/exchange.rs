//! The exchange with a container: a task of its own, so that neither a timeout nor a client that left breaks it off.

use crate::caller::{Caller, Running};
use crate::cargo::Cargo;
use crate::desk::Desk;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1::{Builder, Connection, SendRequest};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// The connection was refused, reset or ended before a status.
#[derive(Debug)]
pub(crate) struct Broken;

/// Ours. The inference server ends a request itself (`WORKER_TIMEOUT`, 300 s); a custom container may not.
const LONGEST_ABANDONED: Duration = Duration::from_secs(3600);

/// Resolves with the head of the answer; its body follows as it comes.
pub(crate) async fn call(
    desk: &Arc<Desk>,
    address: SocketAddr,
    request: Request<Cargo>,
) -> Result<(Response<Incoming>, Caller), Broken> {
    let (caller, running, gone) = Caller::of(desk);
    let (to, answer) = oneshot::channel();
    tokio::spawn(lasting(exchange(address, request, to), gone, running));
    match answer.await.expect("an exchange answers unless it panics") {
        Ok(response) => Ok((response, caller)),
        Err(broken) => {
            caller.ended();
            Err(broken)
        }
    }
}

type Answer = oneshot::Sender<Result<Response<Incoming>, Broken>>;

/// A container that never answers and never closes would keep its task for ever.
async fn lasting(exchange: impl Future<Output = ()>, gone: oneshot::Receiver<()>, _running: Running) {
    let forgotten = async {
        let _ = gone.await;
        tokio::time::sleep(LONGEST_ABANDONED).await;
    };
    tokio::select! {
        () = exchange => {}
        () = forgotten => tracing::warn!("an abandoned exchange is broken off after {LONGEST_ABANDONED:?}"),
    }
}

async fn exchange(address: SocketAddr, request: Request<Cargo>, to: Answer) {
    match open(address).await {
        Ok(_) if to.is_closed() => {}
        Ok((sender, connection)) => {
            let (ended, ()) = tokio::join!(connection, deliver(sender, request, to));
            if let Err(error) = ended {
                tracing::debug!(%address, %error, "connection to the container");
            }
        }
        Err(error) => {
            tracing::debug!(%address, %error, "no connection to the container");
            let _ = to.send(Err(Broken));
        }
    }
}

/// One connection a request: a container of the inference server takes no second one, and blocks on an idle one.
/// A pool for containers that keep connections alive would stand here.
async fn open(address: SocketAddr) -> Result<(SendRequest<Cargo>, Connection<TokioIo<TcpStream>, Cargo>), Failure> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(Builder::new().handshake(TokioIo::new(stream)).await?)
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn deliver(mut sender: SendRequest<Cargo>, request: Request<Cargo>, to: Answer) {
    let answer = sender.send_request(request).await.map_err(|error| {
        tracing::debug!(%error, "no answer from the container");
        Broken
    });
    if let Err(Ok(unwanted)) = to.send(answer) {
        drain(unwanted.into_body()).await;
    }
}

/// Reads to the end what nobody wants: a closed connection could be taken for a signal to stop.
pub(crate) async fn drain(mut body: Incoming) {
    while let Some(Ok(_)) = body.frame().await {}
}
