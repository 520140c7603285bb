//! One connection of the protocol: requests out, answers and events in.

use super::PATIENCE;
use crate::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::spawn;

#[derive(Debug)]
pub struct Session {
    stream: TcpStream,
    asked: Mutex<Asked>,
    heard: Mutex<Vec<String>>,
}

#[derive(Debug, Default)]
struct Asked {
    /// Requests so far.
    count: u64,
    waiting: BTreeMap<u64, Sender<Value>>,
    /// No more answers come.
    over: bool,
}

impl Session {
    /// `hears` is called with every event, in their order.
    pub fn open(port: u16, hears: impl Fn(&Arc<Self>, &Value) + Send + 'static) -> Arc<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        let incoming = BufReader::new(stream.try_clone().unwrap());
        let session = Arc::new(Self { stream, asked: Mutex::default(), heard: Mutex::default() });
        let heard = session.clone();
        spawn(move || heard.read(incoming, hears));
        session
    }

    fn read(self: &Arc<Self>, mut incoming: impl BufRead, hears: impl Fn(&Arc<Self>, &Value)) {
        while let Some(message) = next(&mut incoming) {
            self.heard.lock().unwrap().push(message.to_string());
            if message["type"] == "event" {
                hears(self, &message);
            } else {
                let waits = self.asked.lock().unwrap().waiting.remove(&message["request_seq"].as_u64().unwrap());
                // Not every answer is waited for.
                waits.into_iter().for_each(|waits| drop(waits.send(message.clone())));
            }
        }
        let mut asked = self.asked.lock().unwrap();
        asked.over = true;
        asked.waiting.clear();
    }

    /// The whole hand-shake; `initialized`, in the middle of it, is an event.
    pub fn attach(&self, configuration: &Value) {
        let client =
            json!({ "clientID": "vscode", "adapterID": "debugpy", "pathFormat": "path", "linesStartAt1": true });
        self.asks("initialize", client);
        self.asks("attach", configuration.clone());
    }

    pub fn set_breakpoints(&self, file: &Path, lines: &[usize]) {
        let lines: Vec<_> = lines.iter().map(|line| json!({ "line": line })).collect();
        self.say("setBreakpoints", json!({ "source": { "path": file }, "breakpoints": lines }));
    }

    pub fn disconnect(&self) {
        // One whose process has ended answers no more.
        let _ = self.say("disconnect", json!({})).recv_timeout(PATIENCE);
        self.vanish();
    }

    pub fn vanish(&self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// The answer's body.
    #[track_caller]
    pub fn asks(&self, command: &str, arguments: Value) -> Value {
        let answer = self.say(command, arguments).recv_timeout(PATIENCE);
        let answer = answer.unwrap_or_else(|error| panic!("{command}: {error}, after {:#?}", self.heard));
        assert_eq!(answer["success"], true, "{command}: {answer}");
        answer["body"].clone()
    }

    /// Where the answer will be.
    pub fn say(&self, command: &str, arguments: Value) -> Receiver<Value> {
        let (answered, answer) = channel();
        let mut asked = self.asked.lock().unwrap();
        asked.count += 1;
        let number = asked.count;
        if !asked.over {
            asked.waiting.insert(number, answered);
        }
        let message = json!({ "seq": number, "type": "request", "command": command, "arguments": arguments });
        let message = message.to_string();
        // Written under the lock: the numbers go up.
        let _ = (&self.stream).write_all(format!("Content-Length: {}\r\n\r\n{message}", message.len()).as_bytes());
        answer
    }
}

/// `None` at the end of the connection.
fn next(incoming: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        incoming.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim_end() {
            "" => break,
            line => length = line.strip_prefix("Content-Length: ").map(|length| length.parse().unwrap()).or(length),
        }
    }
    let mut body = vec![0; length?];
    incoming.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
