//! Who asks the door.

use crate::wire::{Head, Wire};
use std::io;
use std::net::SocketAddr;
use tokio::net::TcpStream;

pub const KEY: &str = "the-key";

/// A `POST /score` with a key, more headers (each line ended) and a body.
pub fn post(headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST /score HTTP/1.1\r\nhost: door.test\r\nauthorization: Bearer {KEY}\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
}

/// The head of a request with a key: method and target, more headers.
pub fn head(line: &str, headers: &str) -> String {
    format!("{line} HTTP/1.1\r\nhost: door.test\r\nauthorization: Bearer {KEY}\r\n{headers}\r\n")
}

#[derive(Debug, Clone)]
pub struct Answer {
    pub head: Head,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn status(&self) -> u16 {
        self.head.start.split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// Everything: the start line, the headers by name (date left out, the GUID as a word), the body.
    pub fn whole(&self) -> String {
        let shown = |name: &str, value: &[u8]| match name {
            "x-request-id" if uuid::Uuid::try_parse_ascii(value).is_ok() => "GUID".into(),
            _ => String::from_utf8_lossy(value).into_owned(),
        };
        let headers = self.head.headers.iter().filter(|(name, _)| name != "date");
        let mut lines: Vec<_> = headers.map(|(name, value)| format!("{name}: {}", shown(name, value))).collect();
        lines.sort();
        format!("{}\n{}\n\n{}", self.head.start, lines.join("\n"), self.text())
    }
}

pub async fn connect(door: SocketAddr) -> Wire {
    Wire::new(TcpStream::connect(door).await.unwrap())
}

pub async fn answer(wire: &mut Wire) -> io::Result<Answer> {
    let head = wire.head().await?;
    let body = wire.body(&head, true).await?;
    Ok(Answer { head, body })
}

/// One request on a connection of its own.
pub async fn ask(door: SocketAddr, request: impl AsRef<[u8]>) -> Answer {
    let mut wire = connect(door).await;
    wire.send(request).await;
    answer(&mut wire).await.unwrap()
}
