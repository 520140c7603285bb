//! What the client is told of what the container did.

use crate::refusal::Refusal;
use model::{Profile, Reason};

/// What became of the exchange with the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upstream {
    Status(u16),
    /// The connection was refused, reset or ended before a status.
    Closed,
    /// `request_timeout_ms` passed before a status.
    TimedOut,
    /// No instance was ready.
    NotReady,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The container's body and headers go on unchanged, under this status and with these headers added.
    Pass { status: u16, reason: Option<Reason>, headers: Vec<(&'static str, String)> },
    /// The front end answers itself.
    Refuse(Refusal),
}

pub fn judge(_profile: Profile, _upstream: Upstream) -> Verdict {
    unimplemented!()
}
