//! Tells whether a connection has something to do, and wakes who is waiting for that. A request that is polled for
//! another reason leaves its connection alone.

use crate::hush;
use futures_util::task::AtomicWaker;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Wake, Waker};

#[derive(Debug)]
pub(crate) struct Bell {
    rung: AtomicBool,
    listener: AtomicWaker,
}

impl Bell {
    /// It has rung: a new connection has everything to do.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { rung: AtomicBool::new(true), listener: AtomicWaker::new() })
    }

    /// Until `ignore`, ringing wakes.
    pub(crate) fn listen(&self, waker: &Waker) {
        self.listener.register(waker);
    }

    /// Ringing is noted only.
    pub(crate) fn ignore(&self) {
        drop(self.listener.take());
    }

    pub(crate) fn has_rung(&self) -> bool {
        self.rung.load(SeqCst)
    }

    /// Whether it has rung since this was asked last.
    pub(crate) fn answer(&self) -> bool {
        self.rung.swap(false, SeqCst)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !hush::holds(self) {
            self.rung.store(true, SeqCst);
            self.listener.wake();
        }
    }
}
