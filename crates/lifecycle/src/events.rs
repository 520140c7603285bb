//! The one numbered stream of what happened. Late readers get what is still kept, then what comes.

use futures_util::stream::{BoxStream, unfold};
use jiff::Timestamp;
use model::{Event, EventKind};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// How many events a late reader can still get.
const KEPT: usize = 20_000;

#[derive(Debug)]
pub struct Events {
    kept: Mutex<VecDeque<Event>>,
    last: watch::Sender<u64>,
}

impl Default for Events {
    fn default() -> Self {
        Self { kept: Mutex::default(), last: watch::Sender::new(0) }
    }
}

impl Events {
    pub fn say(&self, kind: EventKind) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let number = *self.last.borrow() + 1;
        kept.push_back(Event { number, time: Timestamp::now(), kind });
        if kept.len() > KEPT {
            kept.pop_front();
        }
        self.last.send_replace(number);
    }

    /// The number of the newest event; 0 before the first.
    pub fn last(&self) -> u64 {
        *self.last.borrow()
    }

    /// Every event from this number on; never ends by itself.
    pub fn from(self: &Arc<Self>, number: u64) -> BoxStream<'static, Event> {
        let reader = (self.clone(), self.last.subscribe(), number);
        Box::pin(unfold(reader, |(events, mut last, next)| async move {
            loop {
                last.borrow_and_update();
                if let Some(event) = events.first_from(next) {
                    let after = event.number + 1;
                    return Some((event, (events, last, after)));
                }
                last.changed().await.ok()?;
            }
        }))
    }

    fn first_from(&self, number: u64) -> Option<Event> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let first = kept.front()?.number;
        kept.get(usize::try_from(number.max(first) - first).ok()?).cloned()
    }
}
