//! hyper answers by itself what it cannot read as a request (400, 414, 431). Azure's front end signs those answers, too:
//! so they get their id on the way out, and are counted.
//!
//! Such an answer is told from the rest by the time: it leaves while no request is being answered.

use crate::app::fresh_id;
use crate::door::Door;
use crate::forward::REQUEST_ID;
use http::header::SERVER;
use model::Profile;
use semantics::headers;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

const NO_REQUEST: u8 = 0;
const ANSWERING: u8 = 1;
/// Its last byte may not have left.
const ANSWERED: u8 = 2;

/// Of one connection.
#[derive(Debug, Clone)]
pub(crate) struct Turns(Arc<AtomicU8>);

/// A request of the connection, until its answer has ended.
#[derive(Debug)]
pub(crate) struct Turn(Turns);

impl Turns {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU8::new(NO_REQUEST)))
    }

    pub(crate) fn begin(&self) -> Turn {
        self.0.store(ANSWERING, Relaxed);
        Turn(self.clone())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.0.store(ANSWERED, Relaxed);
    }
}

/// What leaves without a signature of ours.
#[derive(Debug)]
pub(crate) struct Unsigned {
    door: Arc<Door>,
    turns: Turns,
    /// What is left of an answer with its signature.
    rest: Option<Vec<u8>>,
}

impl Unsigned {
    pub(crate) fn new(door: Arc<Door>, turns: Turns) -> Self {
        Self { door, turns, rest: None }
    }

    /// What is to be sent in place of these bytes. Asked again with the same ones until it is empty.
    pub(crate) fn signed(&mut self, bytes: &[u8]) -> Option<&mut Vec<u8>> {
        if self.turns.0.load(Relaxed) != NO_REQUEST {
            return None;
        }
        if self.rest.is_none() {
            self.rest = self.sign(bytes);
        }
        self.rest.as_mut()
    }

    /// Everything has left.
    pub(crate) fn flushed(&mut self) {
        let _ = self.turns.0.compare_exchange(ANSWERED, NO_REQUEST, Relaxed, Relaxed);
    }

    fn sign(&self, answer: &[u8]) -> Option<Vec<u8>> {
        let status: u16 = std::str::from_utf8(answer.strip_prefix(b"HTTP/1.")?.get(2..5)?).ok()?.parse().ok()?;
        self.door.config.counters.unrouted().count(status, 0);
        let profile = self.door.endpoint().map_or(Profile::Managed, |endpoint| endpoint.profile);
        if !headers::signs(profile) {
            return None;
        }
        let (line, rest) = answer.split_at(answer.iter().position(|byte| *byte == b'\n')? + 1);
        let signature = format!("{REQUEST_ID}: {}\r\n{SERVER}: {}\r\n", fresh_id(), headers::SERVER);
        Some([line, signature.as_bytes(), rest].concat())
    }
}
