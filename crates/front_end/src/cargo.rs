//! The body that goes to the container: whole, in memory or on disk, or as it comes.

use crate::capture::Sample;
use crate::door::Door;
use crate::idle::Hold;
use crate::intake::Intake;
use crate::meter::{Fault, Meter};
use crate::mirror::Mirrored;
use crate::own;
use crate::record::Record;
use crate::spill::{Gathered, Spilled};
use crate::tee::Tee;
use crate::throttle::Throttle;
use crate::upload::Upload;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use model::{RateLimits, UpstreamMode};
use semantics::refusal::Refusal;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

#[derive(Debug)]
pub(crate) enum Cargo {
    Whole {
        pieces: std::vec::IntoIter<Bytes>,
        left: u64,
    },
    OnDisk {
        file: Box<Spilled>,
        left: u64,
        meter: Arc<Meter>,
    },
    Stream {
        body: Intake,
        tee: Option<Box<Tee>>,
    },
    /// Any other, which is collected as it passes.
    Watched {
        cargo: Box<Cargo>,
        sample: Box<Sample>,
    },
}

/// The whole body, for a container that wants it so; what is left of a refused one stays in `body`.
pub(crate) async fn hold(
    mode: UpstreamMode,
    door: &Door,
    body: &mut Option<Upload>,
    record: &Record,
) -> Result<Option<Cargo>, Refusal> {
    if mode == UpstreamMode::Streaming {
        return Ok(None);
    }
    let mut intake = intake(door, body, record, None)?;
    match whole(&mut intake, door, &record.upload).await {
        Ok(cargo) => Ok(Some(cargo)),
        Err(fault) => {
            *body = intake.into_body();
            Err(own::refusal(fault))
        }
    }
}

/// The body as it comes, and for a copy what has come of it. The instance that it goes to waits for it.
pub(crate) fn stream(
    door: &Arc<Door>,
    body: &mut Option<Upload>,
    record: &Record,
    copy: Option<Mirrored>,
    hold: Hold,
) -> Result<Cargo, Refusal> {
    let mut body = intake(door, body, record, Some(hold))?;
    if record.rates == RateLimits::Enforce && body.size_hint().exact().is_none() {
        body.slow(Throttle::upload(door.clone()));
    }
    let mut tee = copy.map(|copy| Box::new(Tee::new(copy)));
    if let Some(tee) = tee.as_mut().filter(|_| body.is_end_stream()) {
        tee.ended();
    }
    Ok(Cargo::Stream { body, tee })
}

fn intake(door: &Door, body: &mut Option<Upload>, record: &Record, hold: Option<Hold>) -> Result<Intake, Refusal> {
    let body = body.take().ok_or(own::INTERNAL)?;
    Ok(Intake::new(body, door.config.body_idle, record.upload.clone(), record.waits, hold))
}

/// Reads to the end, at most the limit. A length that is declared too large is refused before the first byte is
/// asked for, so that a client that waits for `100 Continue` sends nothing.
async fn whole(intake: &mut Intake, door: &Door, meter: &Arc<Meter>) -> Result<Cargo, Fault> {
    let limit = door.config.body_limit as u64;
    let on_disk = |error| disk(meter, &error);
    if intake.size_hint().lower() > limit {
        return Err(meter.failed(Fault::TooLarge));
    }
    let mut gathered = Gathered::new(door.config.spill_folder.clone());
    while let Some(frame) = intake.frame().await {
        let Ok(piece) = frame?.into_data() else { continue };
        if meter.bytes() > limit {
            return Err(meter.failed(Fault::TooLarge));
        }
        gathered.add(piece).await.map_err(on_disk)?;
    }
    let left = meter.bytes();
    Ok(match gathered.whole().await.map_err(on_disk)? {
        Ok(pieces) => Cargo::Whole { pieces: pieces.into_iter(), left },
        Err(file) => Cargo::OnDisk { file: Box::new(file), left, meter: meter.clone() },
    })
}

fn disk(meter: &Meter, error: &std::io::Error) -> Fault {
    tracing::error!(%error, "a request body could not be kept on disk");
    meter.failed(Fault::Disk)
}

impl Cargo {
    /// As `content-length`; `None`: not known beforehand.
    pub(crate) fn length(&self) -> Option<u64> {
        self.size_hint().exact()
    }

    pub(crate) fn whole(pieces: Vec<Bytes>, left: u64) -> Self {
        Self::Whole { pieces: pieces.into_iter(), left }
    }

    pub(crate) fn watched(self, mut sample: Sample) -> Self {
        if self.is_end_stream() {
            sample.ended();
        }
        Self::Watched { cargo: Box::new(self), sample: Box::new(sample) }
    }

    /// It comes as the client sends it.
    pub(crate) fn streams(&self) -> bool {
        match self {
            Self::Stream { .. } => true,
            Self::Watched { cargo, .. } => cargo.streams(),
            Self::Whole { .. } | Self::OnDisk { .. } => false,
        }
    }

    /// The same once more, where it lies in memory: the pieces are shared.
    pub(crate) fn again(&self) -> Option<Self> {
        match self {
            Self::Whole { pieces, left } => Some(Self::whole(pieces.as_slice().to_vec(), *left)),
            Self::OnDisk { .. } | Self::Stream { .. } | Self::Watched { .. } => None,
        }
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        let (piece, left) = match self {
            Self::Stream { body, tee } => {
                let piece = ready!(Pin::new(&mut *body).poll_frame(cx));
                if let Some(tee) = tee {
                    tee.saw(piece.as_ref(), piece.is_none() || body.is_end_stream());
                }
                return Poll::Ready(piece);
            }
            Self::Watched { cargo, sample } => {
                let piece = ready!(cargo.poll_piece(cx));
                match &piece {
                    Some(Ok(piece)) => piece.data_ref().into_iter().for_each(|data| sample.saw(data)),
                    Some(Err(_)) => return Poll::Ready(piece),
                    None => {}
                }
                if piece.is_none() || cargo.is_end_stream() {
                    sample.ended();
                }
                return Poll::Ready(piece);
            }
            Self::Whole { pieces, left } => (pieces.next().map(Ok), left),
            Self::OnDisk { file, left, meter } => {
                let piece = ready!(file.poll_piece(cx));
                (piece.map(|piece| piece.map_err(|error| disk(meter, &error))), left)
            }
        };
        Poll::Ready(piece.map(|piece| {
            let piece = piece?;
            *left -= piece.len() as u64;
            Ok(Frame::data(piece))
        }))
    }
}

impl Body for Cargo {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        self.get_mut().poll_piece(cx)
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Stream { body, .. } => body.is_end_stream(),
            Self::Watched { cargo, .. } => cargo.is_end_stream(),
            Self::Whole { left, .. } | Self::OnDisk { left, .. } => *left == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Stream { body, .. } => body.size_hint(),
            Self::Watched { cargo, .. } => cargo.size_hint(),
            Self::Whole { left, .. } | Self::OnDisk { left, .. } => SizeHint::with_exact(*left),
        }
    }
}
