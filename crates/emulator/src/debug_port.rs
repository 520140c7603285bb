//! The debug port of a deployment: open from the start, whatever becomes of the instances behind it. Bytes alone pass.

use async_trait::async_trait;
use lifecycle::Lifecycle;
use model::{DeploymentName, EndpointName};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What an editor says before it is answered is one short message.
const HELD: usize = 64 * 1024;
/// No event tells when debugpy begins to listen.
const PAUSE: Duration = Duration::from_millis(50);
/// For debugpy to end a session.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is behind a port.
#[async_trait]
pub trait Behind: Send + Sync + 'static {
    /// Where debugpy listens, or soon will; waits until there is such a place.
    async fn address(&self) -> SocketAddr;

    /// Whether anybody is connected.
    fn attached(&self, attached: bool);
}

/// An instance of this deployment, whichever runs.
#[derive(Debug, Clone)]
pub struct Debuggee {
    pub lifecycle: Lifecycle,
    pub endpoint: EndpointName,
    pub deployment: DeploymentName,
}

#[async_trait]
impl Behind for Debuggee {
    async fn address(&self) -> SocketAddr {
        self.lifecycle.debuggee(&self.endpoint, &self.deployment).await
    }

    fn attached(&self, attached: bool) {
        self.lifecycle.attached(&self.endpoint, &self.deployment, attached);
    }
}

/// Serves until it is dropped; whoever is connected then is cut off.
pub async fn serve(listener: TcpListener, behind: impl Behind) {
    let port = Arc::new(Port { behind, connected: Mutex::new(0) });
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((client, _)) => {
                let port = port.clone();
                connections.spawn(async move { port.forward(client).await });
            }
            // Too many open files: somebody will close some.
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

struct Port<B: Behind> {
    behind: B,
    connected: Mutex<usize>,
}

impl<B: Behind> Port<B> {
    async fn forward(&self, mut client: TcpStream) {
        let mut held = vec![];
        let (mut debuggee, said) = tokio::select! {
            biased;
            // It gave up.
            () = hold(&mut client, &mut held) => return,
            found = self.debuggee() => found,
        };
        let connected = self.connect();
        // That one side hangs up is how every session ends.
        let _ = pass(&mut client, &mut debuggee, (&said, &held)).await;
        drop((connected, client));
        let _ = tokio::time::timeout(PATIENCE, leave(debuggee)).await;
    }

    /// A connection to debugpy, and what it has said: it speaks first. That alone tells that it is there, since a container
    /// engine takes connections to a port on which nobody listens.
    async fn debuggee(&self) -> (TcpStream, Vec<u8>) {
        loop {
            let address = self.behind.address().await;
            if let Ok(found) = speaking(address).await {
                return found;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// An editor has several connections: one for each process that it debugs.
    fn connect(&self) -> Connected<'_, B> {
        self.count(|connected| connected + 1);
        Connected(self)
    }

    /// Told while the count is held, so that the last word is the true one.
    fn count(&self, change: impl Fn(usize) -> usize) {
        let mut connected = self.connected.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *connected;
        *connected = change(before);
        if (before > 0) != (*connected > 0) {
            self.behind.attached(*connected > 0);
        }
    }
}

struct Connected<'a, B: Behind>(&'a Port<B>);

impl<B: Behind> Drop for Connected<'_, B> {
    fn drop(&mut self) {
        self.0.count(|connected| connected - 1);
    }
}

/// Until one of them hangs up: nobody closes one direction alone.
async fn pass(client: &mut TcpStream, debuggee: &mut TcpStream, (said, held): (&[u8], &[u8])) -> io::Result<()> {
    client.write_all(said).await?;
    debuggee.write_all(held).await?;
    let ((mut from_client, mut to_client), (mut from_debuggee, mut to_debuggee)) = (client.split(), debuggee.split());
    tokio::select! {
        sent = copy(&mut from_client, &mut to_debuggee) => sent.map(drop),
        sent = copy(&mut from_debuggee, &mut to_client) => sent.map(drop),
    }
}

/// debugpy's adapter exits when it cannot say its last words, and with it goes the way to all later sessions: they are read.
async fn leave(mut debuggee: TcpStream) -> io::Result<()> {
    debuggee.shutdown().await?;
    copy(&mut debuggee, &mut tokio::io::sink()).await.map(drop)
}

/// Takes what the client says, until it hangs up.
async fn hold(client: &mut TcpStream, held: &mut Vec<u8>) {
    while held.len() < HELD {
        if !client.read_buf(held).await.is_ok_and(|read| read > 0) {
            return;
        }
    }
    std::future::pending().await
}

async fn speaking(address: SocketAddr) -> io::Result<(TcpStream, Vec<u8>)> {
    let (mut stream, mut said) = (TcpStream::connect(address).await?, vec![]);
    match stream.read_buf(&mut said).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok((stream, said)),
    }
}

#[cfg(test)]
#[path = "debug_port_tests.rs"]
mod tests;
