//! Timers that are used again: to set one later is a store, a new one is a place in the runtime's wheel.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::time::{Instant, Sleep, sleep_until};

/// More than these are given back to the runtime.
const KEPT: usize = 1024;

type Idle = Vec<Pin<Box<Sleep>>>;

/// Of one purpose, so that each deadline is mostly later than the last one of its timer. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Timers(Arc<Mutex<Idle>>);

#[derive(Debug)]
pub(crate) struct Timer {
    /// Always there until the drop.
    sleep: Option<Pin<Box<Sleep>>>,
    home: Timers,
}

impl Timers {
    pub(crate) fn at(&self, deadline: Instant) -> Timer {
        let used = self.idle().pop();
        let sleep = match used {
            Some(mut sleep) => {
                sleep.as_mut().reset(deadline);
                sleep
            }
            None => Box::pin(sleep_until(deadline)),
        };
        Timer { sleep: Some(sleep), home: self.clone() }
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.sleep.as_mut().map_or(Poll::Ready(()), |sleep| sleep.as_mut().poll(cx))
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        let mut idle = self.home.idle();
        if idle.len() < KEPT {
            idle.extend(self.sleep.take());
        }
    }
}

/// hyper's, for the time a head may take.
impl hyper::rt::Timer for Timers {
    fn sleep(&self, duration: std::time::Duration) -> Pin<Box<dyn hyper::rt::Sleep>> {
        Box::pin(self.at(Instant::now() + duration))
    }

    fn sleep_until(&self, deadline: std::time::Instant) -> Pin<Box<dyn hyper::rt::Sleep>> {
        Box::pin(self.at(deadline.into()))
    }

    fn now(&self) -> std::time::Instant {
        Instant::now().into()
    }
}

impl hyper::rt::Sleep for Timer {}
