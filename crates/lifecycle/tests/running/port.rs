//! Where an instance answers: every connection is one request.

use std::collections::VecDeque;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;

pub struct Port {
    pub address: SocketAddr,
    answers: watch::Sender<VecDeque<u16>>,
    asked: watch::Sender<usize>,
    task: AbortHandle,
}

impl Port {
    /// Answers with these statuses in turn, then with the last one for ever; with none, requests are held open.
    pub async fn answering(statuses: impl IntoIterator<Item = u16>) -> Self {
        Self::open(TcpListener::bind("127.0.0.1:0").await.unwrap(), statuses)
    }

    /// Nobody listens there yet, and nobody else gets the port.
    pub fn reserved() -> TcpSocket {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        socket
    }

    /// An address where nobody ever listens.
    pub fn refused() -> SocketAddr {
        Box::leak(Box::new(Self::reserved())).local_addr().unwrap()
    }

    /// Begins to listen there.
    pub fn at(reserved: TcpSocket) -> Self {
        Self::open(reserved.listen(1024).unwrap(), [200])
    }

    fn open(listener: TcpListener, statuses: impl IntoIterator<Item = u16>) -> Self {
        let address = listener.local_addr().unwrap();
        let answers = watch::Sender::new(statuses.into_iter().collect());
        let asked = watch::Sender::new(0);
        let (given, counted) = (answers.clone(), asked.clone());
        let accept = async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(exchange(stream, given.clone(), counted.clone()));
            }
        };
        Self { address, answers, asked, task: tokio::spawn(accept).abort_handle() }
    }

    pub fn answer(&self, status: u16) {
        self.answers.send_replace([status].into());
    }

    /// It takes connections, and answers none.
    pub fn falls_silent(&self) {
        self.answers.send_replace([].into());
    }

    pub fn asked(&self) -> usize {
        *self.asked.borrow()
    }

    pub async fn asked_at_least(&self, times: usize) {
        let mut asked = self.asked.subscribe();
        crate::stage::soon(asked.wait_for(|count| *count >= times)).await.unwrap();
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn exchange(mut stream: TcpStream, answers: watch::Sender<VecDeque<u16>>, asked: watch::Sender<usize>) {
    let mut head = vec![];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    asked.send_modify(|count| *count += 1);
    let mut known = answers.subscribe();
    if known.wait_for(|answers| !answers.is_empty()).await.is_err() {
        return;
    }
    let mut status = 0;
    answers.send_modify(|answers| {
        status = answers[0];
        if answers.len() > 1 {
            answers.pop_front();
        }
    });
    let answer = format!("HTTP/1.1 {status} Said\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let _ = stream.write_all(answer.as_bytes()).await;
}
