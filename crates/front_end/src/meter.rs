//! What arrived of a request body, read by the log while the body is on its way.

use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Why a request body did not become whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No byte within the idle limit.
    Stalled,
    /// More bytes than are taken.
    TooLarge,
    /// It could not be kept on disk.
    Disk,
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
    delayed_us: AtomicU64,
    ended: AtomicBool,
    fault: OnceLock<Fault>,
}

impl Meter {
    pub(crate) fn new(started: Instant) -> Self {
        let zero = || AtomicU64::new(0);
        let (bytes, last_byte_us, delayed_us) = (zero(), zero(), zero());
        Self { started, bytes, last_byte_us, delayed_us, ended: AtomicBool::new(false), fault: OnceLock::new() }
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

    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    pub(crate) fn elapsed_us(&self) -> u64 {
        self.since_us(Instant::now())
    }

    pub(crate) fn since_us(&self, now: Instant) -> u64 {
        u64::try_from(now.duration_since(self.started).as_micros()).unwrap_or(u64::MAX)
    }

    /// When the last byte so far came; with the first line of the request, when none did.
    pub(crate) fn last_byte(&self) -> Instant {
        self.started + Duration::from_micros(self.last_byte_us())
    }

    /// How long it was held back by the door, all told.
    pub(crate) fn delay(&self, total: Duration) {
        self.delayed_us.store(u64::try_from(total.as_micros()).unwrap_or(u64::MAX), Relaxed);
    }

    pub(crate) fn delayed(&self) -> Duration {
        Duration::from_micros(self.delayed_us.load(Relaxed))
    }

    /// Nothing follows any more: the body is whole, or given up.
    pub(crate) fn ended(&self) {
        self.ended.store(true, Relaxed);
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended.load(Relaxed)
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
