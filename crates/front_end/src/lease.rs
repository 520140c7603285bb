//! The use of an instance: from the choice to the end of the container's body, or to the timeout.

use crate::desk::Desk;
use crate::queue::{Asked, Grant, Place};
use std::sync::Arc;
use tokio::sync::oneshot;

#[derive(Debug)]
pub(crate) struct Lease {
    desk: Arc<Desk>,
    pub(crate) place: Place,
}

/// A place in the line, left when dropped.
struct Waiting {
    desk: Arc<Desk>,
    turn: u64,
    grant: oneshot::Receiver<Grant>,
}

impl Desk {
    /// Waits while all ready instances are busy; `None` as soon as none is ready.
    pub(crate) async fn lease(self: &Arc<Self>) -> Option<Lease> {
        let place = match self.ask() {
            Asked::Now(grant) => grant,
            Asked::Later { turn, grant } => Waiting { desk: self.clone(), turn, grant }.granted().await,
        };
        place.map(|place| Lease { desk: self.clone(), place })
    }

    fn ask(&self) -> Asked {
        let mut queue = self.queue();
        self.refresh(&mut queue);
        queue.ask()
    }

    fn leave(&self, place: &Place) {
        self.queue().leave(place);
        self.pump();
    }
}

impl Waiting {
    async fn granted(mut self) -> Grant {
        (&mut self.grant).await.ok().flatten()
    }
}

impl Drop for Waiting {
    /// A grant that came and was not seen goes back; after `give_up` none can come.
    fn drop(&mut self) {
        self.desk.queue().give_up(self.turn);
        if let Ok(Some(unseen)) = self.grant.try_recv() {
            self.desk.leave(&unseen);
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.desk.leave(&self.place);
    }
}
