//! One connection to a container. It has no task: whoever holds it drives it, and sees at once what came of that.

use crate::bell::Bell;
use crate::cargo::Cargo;
use crate::wire::Wire;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{Builder, Connection, SendRequest};
use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use tokio::net::TcpStream;

pub(crate) struct Link {
    sender: SendRequest<Cargo>,
    connection: Connection<Wire, Cargo>,
    bell: Arc<Bell>,
    /// Rings it.
    ringer: Waker,
    over: bool,
}

/// The head of the answer, or the request when none of it was written.
pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<Response<Incoming>, TrySendError<Request<Cargo>>>> + Send>>;

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Link {
    /// In a box: it is large, and passed on from request to request.
    pub(crate) async fn open(address: SocketAddr) -> Result<Box<Self>, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = Builder::new().handshake(Wire::to_container(stream)).await?;
        let bell = Bell::new();
        Ok(Box::new(Self { sender, connection, ringer: bell.clone().into(), bell, over: false }))
    }

    /// Queued only; driving writes it.
    pub(crate) fn send(&mut self, request: Request<Cargo>) -> Answer {
        Box::pin(self.sender.try_send_request(request))
    }

    /// Moves bytes, both ways, if there is anything to do. `Ready`: the connection has ended.
    fn drive(&mut self) -> Poll<()> {
        if !self.over && self.bell.answer() {
            let ended = ready!(Pin::new(&mut self.connection).poll(&mut Context::from_waker(&self.ringer)));
            self.over = true;
            if let Err(error) = ended {
                tracing::debug!(%error, "connection to a container");
            }
        }
        if self.over { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Drives until `receive` has something. What it reads from is fed by this connection alone, so nothing else has to
    /// wake; and who has received comes back for more, so taking a piece need not wake either.
    pub(crate) fn poll_received<T>(
        &mut self,
        cx: &mut Context<'_>,
        mut receive: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        let unheard = &mut Context::from_waker(Waker::noop());
        self.bell.ignore();
        if let Poll::Ready(received) = receive(unheard) {
            return Poll::Ready(received);
        }
        if self.bell.has_rung() {
            let _ = self.drive();
            if let Poll::Ready(received) = receive(unheard) {
                return Poll::Ready(received);
            }
        }
        self.listen(cx);
        Poll::Pending
    }

    /// Until the connection has ended.
    pub(crate) fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.bell.ignore();
        let driven = self.drive();
        if driven.is_pending() {
            self.listen(cx);
        }
        driven
    }

    /// What rang in between is heard.
    fn listen(&self, cx: &Context<'_>) {
        self.bell.listen(cx.waker());
        if self.bell.has_rung() {
            cx.waker().wake_by_ref();
        }
    }

    /// Whether it may take another request: the last exchange is over both ways, and the container keeps it open.
    pub(crate) fn is_idle(&mut self) -> bool {
        self.bell.ignore();
        let _ = self.drive();
        !self.over && self.sender.is_ready()
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("over", &self.over).finish_non_exhaustive()
    }
}
