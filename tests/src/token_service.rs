//! **A fake**: a registry that hands on to a token service, as Azure Container Registry does, and refuses there. What
//! arrives is what it is for; pulls that succeed are tested with the real registry.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::spawn;
use std::time::Duration;

#[derive(Debug)]
pub struct TokenService {
    host: String,
    asked: Receiver<String>,
}

impl TokenService {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let (sender, asked) = channel();
        let own = host.clone();
        spawn(move || listener.incoming().map_while(Result::ok).for_each(|client| answer(client, &own, &sender)));
        Self { host, asked }
    }

    /// `127.0.0.1:PORT`
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The form of the first request for a token.
    pub fn asked(&self) -> String {
        self.asked.recv_timeout(Duration::from_secs(10)).expect("a request for a token")
    }
}

fn answer(mut client: TcpStream, host: &str, asked: &Sender<String>) {
    client.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut request = vec![];
    let mut piece = [0; 4096];
    while !is_whole(&request) {
        match client.read(&mut piece) {
            Ok(read @ 1..) => request.extend(&piece[..read]),
            _ => return,
        }
    }
    let text = String::from_utf8_lossy(&request).into_owned();
    if text.starts_with("POST /token") {
        let _ = asked.send(text.split("\r\n\r\n").nth(1).unwrap_or_default().to_owned());
    }
    let challenge = format!("Bearer realm=\"http://{host}/token\",service=\"tests\"");
    let head = format!(
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: {challenge}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let _ = client.write_all(head.as_bytes());
}

/// The engine tries TLS first: what does not begin as HTTP is answered at once.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return request.first().is_some_and(|first| !first.is_ascii_uppercase());
    };
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}
