//! One GET the way kubelet and our start check ask: a fresh connection, read to its end, closed at once.

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::{Request, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// The status, or why there was none (refused, reset, ended early), in kubelet's sense a failed probe.
pub async fn get(address: SocketAddr, path: &str) -> Result<u16, String> {
    let stream = TcpStream::connect(address).await.map_err(|_| "connection refused".to_owned())?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| lost(&error))?;
    let request = Request::get(path)
        .header(header::HOST, address.to_string())
        .header(header::USER_AGENT, "kube-probe/1.18 (local-endpoint)")
        .header(header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|error| error.to_string())?;
    let exchange = async {
        let response = sender.send_request(request).await.map_err(|error| lost(&error))?;
        let status = response.status().as_u16();
        // gunicorn lingers on a connection that is not read to its end.
        let _ = response.into_body().collect().await;
        Ok(status)
    };
    tokio::pin!(exchange);
    tokio::select! {
        biased;
        answer = &mut exchange => answer,
        // The connection may end in the very step that completes the answer; without one the exchange says so.
        _ = connection => exchange.await,
    }
}

/// However the connection broke, no answer came; only what is no HTTP has words of its own.
fn lost(error: &hyper::Error) -> String {
    if error.is_parse() { error.to_string() } else { "EOF".to_owned() }
}
