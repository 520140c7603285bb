//! `load`: a bounded number of clients that each send the next request when the last was answered.

use crate::invoke::{ScoringRequest, prepared, unreachable};
use bytes::Bytes;
use diagnosis::{Diagnosis, local};
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use model::Histogram;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// What so many clients got.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stage {
    pub concurrency: u32,
    pub took: Duration,
    /// Answers by status; 0: the connection broke.
    pub statuses: BTreeMap<u16, u64>,
    /// Of the answers that were 200.
    pub latency: Histogram,
}

/// Runs one stage: no request is begun after `time`; those begun are waited for.
///
/// # Errors
/// `ScoringUnreachable`; `InvalidValue` for an address that is not this machine's.
pub async fn stage(scoring: &ScoringRequest, concurrency: u32, time: Duration) -> Result<Stage, Diagnosis> {
    let address = loopback(&scoring.uri)?;
    let (_, request) = prepared(scoring)?;
    let begun = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..concurrency {
        clients.spawn(client(address, request.clone(), begun + time));
    }
    let mut stage = Stage { concurrency, ..Stage::default() };
    while let Some(told) = clients.join_next().await {
        let Ok(told) = told else { continue };
        told.statuses.iter().for_each(|(status, count)| *stage.statuses.entry(*status).or_default() += count);
        stage.latency.add(&told.latency);
    }
    stage.took = begun.elapsed();
    Ok(stage)
}

/// Load is for what runs here: it would be an attack on anything else.
fn loopback(uri: &str) -> Result<SocketAddr, Diagnosis> {
    let authority = uri.strip_prefix("http://").and_then(|rest| rest.split('/').next());
    let address = authority.and_then(|authority| authority.parse::<SocketAddr>().ok());
    address
        .filter(|address| address.ip().is_loopback())
        .ok_or_else(|| Diagnosis::error(local::LOAD_ELSEWHERE, format!("{uri} is not on this machine")))
}

async fn client(address: SocketAddr, request: Request<Full<Bytes>>, end: Instant) -> Stage {
    let mut told = Stage::default();
    let mut connection = None;
    while Instant::now() < end {
        let begun = Instant::now();
        let status = ask(address, &mut connection, request.clone()).await.unwrap_or_default();
        *told.statuses.entry(status).or_default() += 1;
        match status {
            200 => told.latency.record(begun.elapsed()),
            // Nobody is there: asking on and on would only burn the processor.
            0 => tokio::time::sleep(Duration::from_millis(10)).await,
            _ => {}
        }
    }
    told
}

type Connection = Option<SendRequest<Full<Bytes>>>;

/// The status, once the whole answer is there; `None`: the connection broke.
async fn ask(address: SocketAddr, connection: &mut Connection, request: Request<Full<Bytes>>) -> Option<u16> {
    let mut sender = match connection.take().filter(|sender| !sender.is_closed()) {
        Some(sender) => sender,
        None => open(address).await?,
    };
    sender.ready().await.ok()?;
    let answer = sender.send_request(request).await.ok()?;
    let status = answer.status().as_u16();
    let mut body = answer.into_body();
    while let Some(frame) = body.frame().await {
        frame.ok()?;
    }
    *connection = Some(sender);
    Some(status)
}

async fn open(address: SocketAddr) -> Option<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await.ok()?;
    stream.set_nodelay(true).ok()?;
    let (sender, connection) = Builder::new().handshake(TokioIo::new(stream)).await.ok()?;
    tokio::spawn(connection);
    Some(sender)
}

/// Whether anybody answers at all.
pub async fn reachable(scoring: &ScoringRequest) -> Result<(), Diagnosis> {
    let address = loopback(&scoring.uri)?;
    TcpStream::connect(address).await.map(drop).map_err(|error| unreachable(&scoring.uri, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loaded() {
        for uri in ["http://127.0.0.1:20000/score", "http://127.8.8.8:1/", "http://[::1]:80/score"] {
            assert!(loopback(uri).is_ok(), "{uri}");
        }
        for uri in [
            "http://10.0.0.1:80/score",
            "https://127.0.0.1:1/",
            "http://credit.westeurope.inference.ml.azure.com/score",
            "http://127.0.0.1.evil.example:80/",
            "http://0.0.0.0:80/",
        ] {
            assert_eq!(loopback(uri).map_err(|fault| fault.code), Err(local::LOAD_ELSEWHERE), "{uri}");
        }
    }
}
