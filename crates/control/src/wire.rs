//! One HTTP/1.1 request over one connection of its own, to this machine. Proxies are not asked: the environment is not read.

use bytes::Bytes;
use diagnosis::Diagnosis;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::net::TcpStream;

const CONNECT: Duration = Duration::from_secs(2);

/// The body of every answer that is not a success.
#[derive(Serialize, Deserialize)]
pub struct Failure {
    pub error: Diagnosis,
}

#[derive(Debug)]
pub enum Lost {
    /// Nobody listens, or nobody accepts within 2 s.
    NotConnected(std::io::Error),
    /// The other side went away before the answer was whole.
    Broken(hyper::Error),
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotConnected(error) => error.fmt(f),
            Self::Broken(error) => error.fmt(f),
        }
    }
}

/// `authority`: host and port. The request carries its path in origin form and its own `Host`.
pub async fn send(authority: &str, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, Lost> {
    let stream = tokio::time::timeout(CONNECT, TcpStream::connect(authority)).await;
    let stream = stream.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into())).map_err(Lost::NotConnected)?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(Lost::Broken)?;
    // Ends with the answer's body. Its error reaches us through that body too.
    tokio::spawn(connection);
    sender.send_request(request).await.map_err(Lost::Broken)
}
