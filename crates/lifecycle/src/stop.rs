//! Asking an instance to end, with the grace it gets.

use std::time::Duration;
use tokio::sync::watch;

/// The asking side; one for all instances of a deployment.
#[derive(Debug, Clone)]
pub struct Stopper(watch::Sender<Option<Duration>>);

/// The asked side.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<Option<Duration>>);

impl Stopper {
    pub fn new() -> (Self, Stop) {
        let (sender, receiver) = watch::channel(None);
        (Self(sender), Stop(receiver))
    }

    pub fn stop(&self, grace: Duration) {
        self.0.send_replace(Some(grace));
    }
}

impl Stop {
    /// Resolves with the grace once a stop is asked for; a stopper that is gone asks for the shortest one.
    pub async fn asked(&self) -> Duration {
        let mut receiver = self.0.clone();
        let asked = receiver.wait_for(Option::is_some).await;
        asked.ok().and_then(|grace| *grace).unwrap_or_default()
    }

    pub fn is_asked(&self) -> bool {
        self.0.borrow().is_some()
    }

    pub fn grace(&self) -> Duration {
        self.0.borrow().unwrap_or(DEFAULT_GRACE)
    }
}

/// Enough for the server once the front end has drained.
pub const DEFAULT_GRACE: Duration = Duration::from_secs(2);
