//! What arrived of a request body, read by the log while the body is on its way.

use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// Why a request body did not become whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No byte within the idle limit.
    Stalled,
    /// More bytes than are held in memory.
    TooLarge,
    /// Its framing is broken.
    Malformed,
    /// The client left in the middle.
    Left,
}

#[derive(Debug)]
pub(crate) struct Meter {
    started: Instant,
    bytes: AtomicU64,
    last_byte_us: AtomicU64,
    fault: OnceLock<Fault>,
}

impl Meter {
    pub(crate) fn new(started: Instant) -> Self {
        Self { started, bytes: AtomicU64::new(0), last_byte_us: AtomicU64::new(0), fault: OnceLock::new() }
    }

    /// All bytes so far.
    pub(crate) fn took(&self, bytes: usize) -> u64 {
        self.last_byte_us.store(self.elapsed_us(), Relaxed);
        self.bytes.fetch_add(bytes as u64, Relaxed) + bytes as u64
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    pub(crate) fn last_byte_us(&self) -> u64 {
        self.last_byte_us.load(Relaxed)
    }

    pub(crate) fn elapsed_us(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// The first fault stays.
    pub(crate) fn failed(&self, fault: Fault) -> Fault {
        *self.fault.get_or_init(|| fault)
    }

    pub(crate) fn fault(&self) -> Option<Fault> {
        self.fault.get().copied()
    }
}

impl Fault {
    /// hyper tells broken framing from a broken connection by the kind of the error underneath.
    pub(crate) fn of(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut causes = std::iter::successors(Some(error), |error| error.source());
        let kind = causes.find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
        match kind {
            Some(ErrorKind::InvalidInput | ErrorKind::InvalidData) => Self::Malformed,
            _ => Self::Left,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the request body did not become whole: {self:?}")
    }
}

impl std::error::Error for Fault {}
