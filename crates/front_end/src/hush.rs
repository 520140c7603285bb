//! hyper wakes the sender of a body for every piece that is taken from it, also when that was the last one and the
//! sender is gone: the connection would be polled once more for nothing, which costs a request a twentieth. So a ring is
//! held back while a piece is taken, and passed on only where more may come.
//!
//! The sender is woken by who takes the piece, on the same thread; what other threads tell meanwhile goes through.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::task::{Wake, Waker};

thread_local! {
    static HUSHED: Cell<bool> = const { Cell::new(false) };
    static HELD: RefCell<Option<Waker>> = const { RefCell::new(None) };
}

/// Takes a piece; `last` says of what was taken whether nothing can follow it.
pub(crate) fn taking<B, T>(body: &mut B, take: impl FnOnce(&mut B) -> T, last: impl FnOnce(&B) -> bool) -> T {
    let hushed = Hushed::new();
    let taken = take(body);
    drop(hushed);
    if let Some(held) = HELD.take()
        && !last(body)
    {
        held.wake();
    }
    taken
}

/// Also after a panic nothing stays held back.
struct Hushed(());

impl Hushed {
    fn new() -> Self {
        HUSHED.set(true);
        Self(())
    }
}

impl Drop for Hushed {
    fn drop(&mut self) {
        HUSHED.set(false);
    }
}

/// Whether the ring is held back; then it is passed on later, or never.
pub(crate) fn holds<W: Wake + Send + Sync + 'static>(ringer: &Arc<W>) -> bool {
    let hushed = HUSHED.get();
    if hushed {
        HELD.set(Some(Waker::from(ringer.clone())));
    }
    hushed
}

/// Wakes a task, unless held back.
#[derive(Debug)]
pub(crate) struct Ear(Waker);

impl Ear {
    pub(crate) fn of(task: &Waker) -> Waker {
        Waker::from(Arc::new(Self(task.clone())))
    }
}

impl Wake for Ear {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !holds(self) {
            self.0.wake_by_ref();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

    #[derive(Default)]
    struct Rings(AtomicU32);

    impl Wake for Rings {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, SeqCst);
        }
    }

    #[test]
    fn a_ring_is_passed_on_unless_the_piece_was_the_last() {
        let rings = Arc::new(Rings::default());
        let ear = Ear::of(&Waker::from(rings.clone()));
        let rung = |pieces: usize| {
            let mut left = pieces;
            let take = |left: &mut usize| {
                ear.wake_by_ref();
                *left -= 1;
            };
            taking(&mut left, take, |left| *left == 0);
            rings.0.load(SeqCst)
        };
        assert_eq!((rung(1), rung(2), rung(1)), (0, 1, 1));
        ear.wake_by_ref();
        assert_eq!(rings.0.load(SeqCst), 2);
    }

    #[test]
    fn a_panic_leaves_nothing_held_back() {
        let rings = Arc::new(Rings::default());
        let ear = Ear::of(&Waker::from(rings.clone()));
        let panicked = std::panic::catch_unwind(|| taking(&mut (), |()| panic!("on purpose"), |()| true));
        assert!(panicked.is_err());
        ear.wake_by_ref();
        assert_eq!(rings.0.load(SeqCst), 1);
    }
}
