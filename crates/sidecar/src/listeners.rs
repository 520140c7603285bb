//! The addresses that are listened on: each from the moment an instance needs it.

use axum::Router;
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

#[derive(Debug, Default)]
pub struct Listeners {
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    ports: BTreeMap<IpAddr, u16>,
    /// Ends with it.
    tasks: JoinSet<()>,
}

impl Listeners {
    /// The port at this address, which is opened when it is not yet; `recorded`: the one it had before.
    pub async fn port(&self, address: IpAddr, recorded: Option<u16>, app: Router) -> io::Result<u16> {
        let mut open = self.open.lock().await;
        if let Some(port) = open.ports.get(&address) {
            return Ok(*port);
        }
        let again = recorded.and_then(|port| bind(SocketAddr::new(address, port)).ok());
        let listener = again.map_or_else(|| bind(SocketAddr::new(address, 0)), Ok)?;
        let port = listener.local_addr()?.port();
        open.ports.insert(address, port);
        open.tasks.spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "nothing is served to instances any more");
            }
        });
        Ok(port)
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // As std's and tokio's own `bind` do: a port of a moment ago can be had again.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    // Some engines make the interface of a network with its first container.
    #[cfg(target_os = "linux")]
    if address.is_ipv4() && !address.ip().is_loopback() {
        rustix::net::sockopt::set_ip_freebind(&socket, true)?;
    }
    socket.bind(address)?;
    socket.listen(128)
}
