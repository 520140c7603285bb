//! What has passed of a streaming body, kept for a copy of the request: bounded, and sent only when all has passed.

use crate::cargo::Cargo;
use crate::meter::Fault;
use crate::mirror::Mirrored;
use bytes::Bytes;
use http_body::Frame;

/// More than this is not copied.
const MOST: usize = 1 << 20;

#[derive(Debug)]
pub(crate) struct Tee {
    pieces: Vec<Bytes>,
    bytes: usize,
    /// Taken when it is sent, or given up.
    copy: Option<Mirrored>,
}

impl Tee {
    pub(crate) fn new(copy: Mirrored) -> Self {
        Self { pieces: vec![], bytes: 0, copy: Some(copy) }
    }

    /// `last`: nothing comes behind it.
    pub(crate) fn saw(&mut self, piece: Option<&Result<Frame<Bytes>, Fault>>, last: bool) {
        match piece {
            Some(Err(_)) => self.copy = None,
            Some(Ok(piece)) => self.keep(piece.data_ref()),
            None => {}
        }
        if last {
            self.ended();
        }
    }

    pub(crate) fn ended(&mut self) {
        if let Some(copy) = self.copy.take() {
            copy.send(Some(Cargo::whole(std::mem::take(&mut self.pieces), self.bytes as u64)));
        }
    }

    fn keep(&mut self, data: Option<&Bytes>) {
        let Some(data) = data.filter(|_| self.copy.is_some()) else { return };
        self.bytes += data.len();
        if self.bytes > MOST {
            (self.copy, self.pieces) = (None, vec![]);
        } else {
            self.pieces.push(data.clone());
        }
    }
}
