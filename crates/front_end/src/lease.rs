//! The use of an instance: from the choice to the end of the container's body, or to the timeout.

use crate::desk::Desk;
use crate::link::Link;
use crate::queue::{Asked, Grant};
use crate::seats::Place;
use std::sync::Arc;
use tokio::sync::oneshot;

#[derive(Debug)]
pub(crate) struct Lease {
    pub(crate) desk: Arc<Desk>,
    /// Always there until the drop.
    place: Option<Place>,
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
        place.map(|place| Lease { desk: self.clone(), place: Some(place) })
    }
}

impl Desk {
    /// What is free at once, or nothing.
    pub(crate) fn lease_now(self: &Arc<Self>) -> Option<Lease> {
        match self.ask() {
            Asked::Now(place) => place.map(|place| Lease { desk: self.clone(), place: Some(place) }),
            Asked::Later { turn, grant } => {
                drop(Waiting { desk: self.clone(), turn, grant });
                None
            }
        }
    }
}

impl Lease {
    pub(crate) fn place(&mut self) -> &mut Place {
        self.place.as_mut().expect("a lease has its place until it is dropped")
    }

    /// A connection that may serve another request, where the container's kind has those.
    pub(crate) fn keep(&mut self, link: Option<Box<Link>>) {
        let place = self.place();
        place.kept = link.filter(|_| place.seat.keeps_connections());
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
        self.desk.give_up(self.turn);
        if let Ok(Some(unseen)) = self.grant.try_recv() {
            self.desk.leave(unseen);
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            self.desk.leave(place);
        }
    }
}
