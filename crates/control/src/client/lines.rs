//! One JSON document a line, as they come.

use super::Told;
use bytes::{Bytes, BytesMut};
use diagnosis::{Diagnosis, local};
use futures_util::stream::{self, StreamExt};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde::de::DeserializeOwned;

struct Reader {
    body: Incoming,
    read: BytesMut,
    /// What a broken connection means.
    gone: Option<Diagnosis>,
}

pub fn lines<T: DeserializeOwned + 'static>(body: Incoming, gone: Diagnosis) -> Told<T> {
    let reader = Reader { body, read: BytesMut::new(), gone: Some(gone) };
    let lines = stream::unfold(reader, |mut reader| async { Some((reader.next().await?, reader)) });
    lines.map(|line| parse(&line?)).boxed()
}

impl Reader {
    /// A whole line without its end; the error once, then nothing more.
    async fn next(&mut self) -> Option<Result<Bytes, Diagnosis>> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                let line = self.read.split_to(end + 1);
                return Some(Ok(line.freeze().slice(..end)));
            }
            match self.body.frame().await? {
                Ok(frame) => self.read.extend_from_slice(&frame.into_data().unwrap_or_default()),
                Err(_) => return self.gone.take().map(Err),
            }
        }
    }
}

fn parse<T: DeserializeOwned>(line: &[u8]) -> Result<T, Diagnosis> {
    serde_json::from_slice(line)
        .map_err(|error| Diagnosis::error(local::INTERNAL, format!("the control API was not understood: {error}")))
}
