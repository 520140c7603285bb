//! HTTP/1.1 read by hand, so that a party can misbehave and nothing is tidied up.

use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection and what was read too much from it.
pub struct Wire {
    pub stream: TcpStream,
    read: Vec<u8>,
    /// What was taken of it so far, as it came.
    pub taken: Vec<u8>,
}

/// Start line and headers as they came, names as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    pub start: String,
    pub headers: Vec<(String, Vec<u8>)>,
}

impl Head {
    pub fn all(&self, name: &str) -> Vec<String> {
        let named = self.headers.iter().filter(|(have, _)| have.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.iter().map(|byte| char::from(*byte)).collect()).collect()
    }

    pub fn one(&self, name: &str) -> String {
        self.all(name).join(" AND ")
    }

    pub fn has(&self, name: &str) -> bool {
        !self.all(name).is_empty()
    }
}

impl Wire {
    pub fn new(stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        Self { stream, read: vec![], taken: vec![] }
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    pub async fn head(&mut self) -> io::Result<Head> {
        let end = self.until(b"\r\n\r\n").await?;
        let head = self.take(end + 4);
        let mut lines = head[..end].split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let start = String::from_utf8(lines.next().unwrap().to_vec()).unwrap();
        Ok(Head { start, headers: lines.map(header).collect() })
    }

    /// The body that the head declares; without a declaration nothing, or everything to the end.
    pub async fn body(&mut self, head: &Head, to_the_end: bool) -> io::Result<Vec<u8>> {
        if head.one("transfer-encoding") == "chunked" {
            let mut body = vec![];
            while let Some(chunk) = self.chunk().await? {
                body.extend(chunk);
            }
            return Ok(body);
        }
        match head.one("content-length").parse() {
            Ok(length) => self.exactly(length).await,
            Err(_) if to_the_end => self.rest().await,
            Err(_) => Ok(vec![]),
        }
    }

    /// `None`: the last chunk.
    pub async fn chunk(&mut self) -> io::Result<Option<Vec<u8>>> {
        let line = self.until(b"\r\n").await?;
        let size = String::from_utf8(self.take(line + 2)).unwrap();
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        let chunk = self.exactly(size).await?;
        self.exactly(2).await?;
        Ok((size > 0).then_some(chunk))
    }

    pub async fn exactly(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.read.len() < length {
            self.more().await?;
        }
        Ok(self.take(length))
    }

    pub async fn rest(&mut self) -> io::Result<Vec<u8>> {
        while self.more().await.is_ok() {}
        Ok(self.take(self.read.len()))
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        let taken: Vec<u8> = self.read.drain(..length).collect();
        self.taken.extend(&taken);
        taken
    }

    async fn until(&mut self, mark: &[u8]) -> io::Result<usize> {
        loop {
            if let Some(at) = self.read.windows(mark.len()).position(|window| window == mark) {
                return Ok(at);
            }
            self.more().await?;
        }
    }

    async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.read).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

fn header(line: &[u8]) -> (String, Vec<u8>) {
    let colon = line.iter().position(|byte| *byte == b':').unwrap();
    (String::from_utf8(line[..colon].to_vec()).unwrap(), line[colon + 1..].trim_ascii().to_vec())
}
