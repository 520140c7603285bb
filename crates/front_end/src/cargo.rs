//! The body that goes to the container: whole in memory, or as it comes.

use crate::door::Door;
use crate::intake::{Intake, Upload};
use crate::meter::{Fault, Meter};
use crate::own;
use crate::record::Record;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use model::UpstreamMode;
use semantics::refusal::Refusal;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::oneshot;
use tokio::time::Instant;

pub(crate) enum Cargo {
    /// The pieces as they were read, never copied together.
    Whole {
        pieces: VecDeque<Bytes>,
        left: u64,
    },
    Stream(Pin<Box<dyn Body<Data = Bytes, Error = Fault> + Send>>),
}

/// The whole body, for a container that wants it so; what is left of a refused one stays in `body`.
pub(crate) async fn hold<B: Upload>(
    mode: UpstreamMode,
    door: &Door,
    body: &mut Option<B>,
    record: &Record,
) -> Result<Option<Cargo>, Refusal> {
    if mode == UpstreamMode::Streaming {
        return Ok(None);
    }
    let mut intake = intake(door, body, record)?;
    let read = whole(&mut intake, door.config.body_limit, &record.upload).await;
    *body = read.is_err().then(|| intake.into_body());
    read.map(Some).map_err(own::refusal)
}

/// The body as it comes, and the moment when it has come.
pub(crate) fn stream<B: Upload>(
    door: &Door,
    body: &mut Option<B>,
    record: &Record,
) -> Result<(Cargo, oneshot::Receiver<Instant>), Refusal> {
    let (intake, arrived) = intake(door, body, record)?.telling();
    Ok((Cargo::Stream(Box::pin(intake)), arrived))
}

fn intake<B: Upload>(door: &Door, body: &mut Option<B>, record: &Record) -> Result<Intake<B>, Refusal> {
    let body = body.take().ok_or(own::INTERNAL)?;
    Ok(Intake::new(body, door.config.body_idle, record.upload.clone()))
}

/// Reads to the end, at most `limit` bytes. A length that is declared too large is refused before the first byte is
/// asked for, so that a client that waits for `100 Continue` sends nothing.
async fn whole<B: Upload>(intake: &mut Intake<B>, limit: usize, meter: &Arc<Meter>) -> Result<Cargo, Fault> {
    if intake.size_hint().lower() > limit as u64 {
        return Err(meter.failed(Fault::TooLarge));
    }
    let mut pieces = VecDeque::new();
    while let Some(frame) = intake.frame().await {
        let Ok(piece) = frame?.into_data() else { continue };
        if meter.bytes() > limit as u64 {
            return Err(meter.failed(Fault::TooLarge));
        }
        pieces.push_back(piece);
    }
    Ok(Cargo::Whole { pieces, left: meter.bytes() })
}

impl Cargo {
    /// As `content-length`; `None`: not known beforehand.
    pub(crate) fn length(&self) -> Option<u64> {
        self.size_hint().exact()
    }
}

impl Body for Cargo {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        match self.get_mut() {
            Self::Stream(body) => body.as_mut().poll_frame(cx),
            Self::Whole { pieces, left } => Poll::Ready(pieces.pop_front().map(|piece| {
                *left -= piece.len() as u64;
                Ok(Frame::data(piece))
            })),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Stream(body) => body.is_end_stream(),
            Self::Whole { left, .. } => *left == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Stream(body) => body.size_hint(),
            Self::Whole { left, .. } => SizeHint::with_exact(*left),
        }
    }
}
