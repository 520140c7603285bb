//! A scoring request, written by hand so that nothing is added to it or retried.

use crate::{Answer, Connection, Value};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};

#[derive(Debug, Clone)]
pub struct Request {
    port: u16,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    pub fn post(port: u16, path: &str) -> Self {
        Self { port, method: "POST".into(), path: path.into(), headers: vec![], body: vec![] }
    }

    pub fn method(mut self, method: &str) -> Self {
        self.method = method.into();
        self
    }

    /// Behind the path: `?x=1`, `/sub/path`.
    pub fn and_path(mut self, more: &str) -> Self {
        self.path.push_str(more);
        self
    }

    pub fn path(mut self, path: &str) -> Self {
        self.path = path.into();
        self
    }

    /// Replaces a header of that name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    pub fn to(self, deployment: &str) -> Self {
        self.header("azureml-model-deployment", deployment)
    }

    pub fn json(mut self, body: Value) -> Self {
        self.body = body.to_string().into_bytes();
        self
    }

    /// The whole answer.
    pub fn send(self) -> Answer {
        self.open().sent().answer()
    }

    /// Again and again on one connection, a hundred at a time, until one is answered so.
    pub fn until(self, status: u16) -> Answer {
        let request = self.header("Connection", "keep-alive");
        let mut connection = Connection::new(request.port, request.bytes().repeat(100));
        for _ in 0..100 {
            connection = connection.sent();
            let answers: Vec<_> = (0..100).map(|_| connection.next_answer()).collect();
            if let Some(answer) = answers.into_iter().find(|answer| answer.status == status) {
                return answer;
            }
        }
        panic!("nothing in 10,000 answers was a {status}")
    }

    /// Connected, and nothing written yet.
    pub fn open(self) -> Connection {
        Connection::new(self.port, self.bytes())
    }

    /// Written, and the answer not waited for.
    pub fn begin(self) -> Connection {
        self.open().sent()
    }

    /// The first line of the answer, as far as there is one.
    pub fn try_send(&self) -> Option<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok()?;
        stream.write_all(&self.bytes()).ok()?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).ok()?;
        (!line.is_empty()).then_some(line)
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            let _ = write!(head, "Host: 127.0.0.1:{}\r\n", self.port);
        }
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("connection")) {
            head.push_str("Connection: close\r\n");
        }
        let _ = write!(head, "Content-Length: {}\r\n\r\n", self.body.len());
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}
