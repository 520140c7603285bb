//! One HTTP exchange over a socket of its own, read as it comes.

use crate::Answer;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::time::Duration;

/// No answer here takes longer; a silent socket fails the test instead of hanging it.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct Connection {
    stream: BufReader<TcpStream>,
    request: Vec<u8>,
    head: Option<Answer>,
}

impl Connection {
    pub(crate) fn new(port: u16, request: Vec<u8>) -> Self {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the scoring port accepts");
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), request, head: None }
    }

    /// Writes the request.
    pub fn sent(mut self) -> Self {
        self.stream.get_mut().write_all(&self.request).expect("the request is taken");
        self
    }

    /// The whole answer, once it is there.
    pub fn answer(mut self) -> Answer {
        let mut answer = self.head();
        while let Some(chunk) = self.chunk() {
            answer.body.extend(chunk);
        }
        answer
    }

    /// One of several with a declared length each.
    pub(crate) fn next_answer(&mut self) -> Answer {
        let mut answer = self.head();
        answer.body.extend(self.chunk().unwrap_or_default());
        self.head = None;
        answer
    }

    /// Status and headers; the body comes with [`Self::chunk`].
    pub fn head(&mut self) -> Answer {
        let head = self.head.take().unwrap_or_else(|| self.read_head());
        self.head = Some(head.clone());
        head
    }

    /// The next piece of the body as it was sent; `None` at its end.
    pub fn chunk(&mut self) -> Option<Vec<u8>> {
        let head = self.head();
        let size = match head.header("transfer-encoding") {
            Some("chunked") => usize::from_str_radix(self.line().trim(), 16).expect("a chunk size"),
            _ => return self.plain(&head),
        };
        let mut chunk = vec![0; size + 2];
        self.stream.read_exact(&mut chunk).expect("the whole chunk");
        chunk.truncate(size);
        (size > 0).then_some(chunk)
    }

    /// A client that goes away.
    pub fn hang_up(self) {
        let _ = self.stream.get_ref().shutdown(Shutdown::Both);
    }

    fn plain(&mut self, head: &Answer) -> Option<Vec<u8>> {
        let mut body = vec![];
        match head.header("content-length") {
            Some(length) => {
                let length = length.parse().expect("a length");
                (&mut self.stream).take(length).read_to_end(&mut body).expect("the whole body");
                // Read once: the next call finds nothing.
                self.head.as_mut().unwrap().headers.retain(|(name, _)| name != "content-length");
            }
            None => drop(self.stream.read_to_end(&mut body)),
        }
        (!body.is_empty()).then_some(body)
    }

    fn read_head(&mut self) -> Answer {
        let status = self.line();
        let status = status.split_whitespace().nth(1).and_then(|status| status.parse().ok());
        let mut answer = Answer { status: status.expect("a status line"), headers: vec![], body: vec![] };
        loop {
            let line = self.line();
            let Some((name, value)) = line.trim_end().split_once(':') else { return answer };
            answer.headers.push((name.to_lowercase(), value.trim().to_owned()));
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("an answer in time");
        line
    }
}
