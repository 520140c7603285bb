//! Ready is the first answer to our own check: one request held open, asked again only after it failed.

use crate::http_get::get;
use std::net::SocketAddr;
use std::time::Duration;

/// The server binds its port about 0.4 s after the start and no event tells of it: asked again at this pace.
const REFUSED: Duration = Duration::from_millis(15);
/// An answer that is no success came from a living server: no need to hurry.
const ANSWERED: Duration = Duration::from_millis(250);

/// Resolves with the first success (200 to 399). Never gives up: the exit and the deadline race against it.
pub async fn ready(address: SocketAddr, path: &str) -> u16 {
    loop {
        match get(address, path).await {
            Ok(status) if semantics::probe::passes(status) => return status,
            Ok(_) => tokio::time::sleep(ANSWERED).await,
            Err(_) => tokio::time::sleep(REFUSED).await,
        }
    }
}
