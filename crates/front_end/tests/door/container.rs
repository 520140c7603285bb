//! What stands behind the door: a listener whose every connection is one request, and one behaviour.

use crate::scene;
use crate::wire::{Head, Wire};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{AbortHandle, JoinSet};

/// A request as the container got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub head: Head,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

pub struct Container {
    pub address: SocketAddr,
    seen: UnboundedReceiver<Seen>,
    pub notes: UnboundedReceiver<&'static str>,
    task: AbortHandle,
}

/// What a behaviour holds: its connection, its request, and a way to tell the test how far it got.
pub struct Turn {
    pub wire: Wire,
    pub seen: Seen,
    pub note: UnboundedSender<&'static str>,
}

pub type Gate = Arc<Semaphore>;

/// Closed; each permit lets one through.
pub fn gate() -> Gate {
    Arc::new(Semaphore::new(0))
}

pub async fn through(gate: &Gate) {
    gate.acquire().await.unwrap().forget();
}

impl Container {
    /// Reads each request to its end, then behaves.
    pub async fn start<F: Future<Output = ()> + Send>(
        behave: impl Fn(Turn) -> F + Send + Sync + Copy + 'static,
    ) -> Self {
        Self::open(move |mut turn, tell| async move {
            let Ok(head) = turn.wire.head().await else { return };
            let Ok(body) = turn.wire.body(&head, false).await else { return };
            turn.seen = Seen { head, body };
            let _ = tell.send(turn.seen.clone());
            behave(turn).await;
        })
        .await
    }

    /// Reads the head, then behaves: the body is the behaviour's.
    pub async fn raw<F: Future<Output = ()> + Send>(behave: impl Fn(Turn) -> F + Send + Sync + Copy + 'static) -> Self {
        Self::open(move |mut turn, tell| async move {
            let Ok(head) = turn.wire.head().await else { return };
            turn.seen.head = head;
            let _ = tell.send(turn.seen.clone());
            behave(turn).await;
        })
        .await
    }

    /// Answers always the same.
    pub async fn says(answer: &'static str) -> Self {
        Self::start(move |mut turn| async move { turn.wire.send(answer).await }).await
    }

    /// Takes requests and keeps them.
    pub async fn silent() -> Self {
        Self::start(|turn| async move {
            std::future::pending::<()>().await;
            drop(turn);
        })
        .await
    }

    /// Answers 200 with the request's body when the gate lets it.
    pub async fn gated(gate: &Gate) -> Self {
        let gate: &'static Gate = Box::leak(Box::new(gate.clone()));
        Self::start(move |mut turn| async move {
            through(gate).await;
            let body = turn.seen.text();
            let _ = turn.note.send("answers");
            let answer =
                format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            let _ = tokio::io::AsyncWriteExt::write_all(&mut turn.wire.stream, answer.as_bytes()).await;
        })
        .await
    }

    async fn open<F: Future<Output = ()> + Send>(
        behave: impl Fn(Turn, UnboundedSender<Seen>) -> F + Send + Sync + Clone + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        scene::container(address.port());
        let (tell, seen) = unbounded_channel();
        let (note, notes) = unbounded_channel();
        let accept = async move {
            // Its connections end with the container.
            let mut turns = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let seen = Seen { head: Head::default(), body: vec![] };
                let turn = Turn { wire: Wire::new(stream), seen, note: note.clone() };
                let tell = tell.clone();
                let behave = behave.clone();
                turns.spawn(async move { behave(turn, tell).await });
            }
        };
        Self { address, seen, notes, task: tokio::spawn(accept).abort_handle() }
    }

    pub async fn seen(&mut self) -> Seen {
        let limit = tokio::time::timeout(Duration::from_secs(20), self.seen.recv()).await;
        limit.expect("the container is reached").unwrap()
    }

    pub fn saw_nothing(&mut self) -> bool {
        self.seen.try_recv().is_err()
    }
}

/// Every byte of every request; one that is not whole after the word `CUT`.
pub type Recording = UnboundedReceiver<Vec<u8>>;

/// Answers every request of every connection with `ok`, and tells what it read.
pub async fn recording() -> (Container, Recording) {
    let (tell, recording) = unbounded_channel();
    let record = move |mut turn: Turn, _| {
        let tell = tell.clone();
        async move {
            while let Ok(head) = turn.wire.head().await {
                let Ok(_) = turn.wire.body(&head, false).await else { break };
                let _ = tell.send(std::mem::take(&mut turn.wire.taken));
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
                let _ = tokio::io::AsyncWriteExt::write_all(&mut turn.wire.stream, answer).await;
            }
            let _ = turn.wire.rest().await;
            if !turn.wire.taken.is_empty() {
                let _ = tell.send([b"CUT ", &*turn.wire.taken].concat());
            }
        }
    };
    (Container::open(record).await, recording)
}

impl Drop for Container {
    fn drop(&mut self) {
        self.task.abort();
    }
}
