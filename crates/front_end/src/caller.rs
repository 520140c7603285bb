//! The two ends of an exchange with a container: who waits for it, and the exchange itself. An exchange that nobody
//! waits for any more is abandoned until it ends.

use crate::desk::Desk;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use tokio::sync::oneshot;

const WAITED_FOR: u8 = 0;
const LEFT: u8 = 1;
const ENDED: u8 = 2;

#[derive(Debug)]
struct State {
    desk: Arc<Desk>,
    stage: AtomicU8,
}

/// Who waits for the exchange. Dropped before the end, it leaves an abandoned one behind.
#[derive(Debug)]
pub(crate) struct Caller {
    state: Arc<State>,
    _here: oneshot::Sender<()>,
}

/// The exchange itself, while its task lives.
pub(crate) struct Running(Arc<State>);

impl Caller {
    /// The last of the three is told when the caller has gone.
    pub(crate) fn of(desk: &Arc<Desk>) -> (Self, Running, oneshot::Receiver<()>) {
        let state = Arc::new(State { desk: desk.clone(), stage: AtomicU8::new(WAITED_FOR) });
        let (here, gone) = oneshot::channel();
        (Self { state: state.clone(), _here: here }, Running(state), gone)
    }

    /// The container's answer has ended: nothing is abandoned.
    pub(crate) fn ended(&self) {
        self.state.stage.store(ENDED, SeqCst);
    }
}

impl Drop for Caller {
    /// Counted before it is marked, so that the end never takes away what was not yet added.
    fn drop(&mut self) {
        let State { desk, stage } = &*self.state;
        if stage.load(SeqCst) == ENDED {
            return;
        }
        desk.abandoned.fetch_add(1, SeqCst);
        if stage.compare_exchange(WAITED_FOR, LEFT, SeqCst, SeqCst).is_err() {
            desk.abandoned.fetch_sub(1, SeqCst);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.0.stage.swap(ENDED, SeqCst) == LEFT {
            self.0.desk.abandoned.fetch_sub(1, SeqCst);
        }
    }
}
