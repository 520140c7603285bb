//! Asking an instance to end, with the grace it gets; and giving an operation up.

use std::time::Duration;
use tokio::sync::watch;

/// Enough for the server once the front end has drained.
pub const DEFAULT_GRACE: Duration = Duration::from_secs(2);
/// While the server works on requests that nobody waits for: its own drain takes 30 s at most.
pub const LONG_GRACE: Duration = Duration::from_secs(35);

#[derive(Debug, Clone, Copy, Default)]
struct Asked {
    /// It gets no more requests: neither probed nor started again.
    leaves: bool,
    stop: Option<Duration>,
}

/// The asking side of one instance.
#[derive(Debug, Clone)]
pub struct Stopper(watch::Sender<Asked>);

/// The asked side.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<Asked>);

impl Stopper {
    pub fn new() -> (Self, Stop) {
        let (sender, receiver) = watch::channel(Asked::default());
        (Self(sender), Stop(receiver))
    }

    /// It finishes what it runs, until it is stopped.
    pub fn leave(&self) {
        self.0.send_modify(|asked| asked.leaves = true);
    }

    /// Resolves once nobody can be asked any more.
    pub async fn ended(&self) {
        self.0.closed().await;
    }

    pub fn stop(&self, grace: Duration) {
        self.0.send_modify(|asked| asked.stop = Some(grace));
    }
}

impl Stop {
    /// Resolves once a stop is asked for; a stopper that is gone asks, too.
    pub async fn asked(&self) {
        let _ = self.0.clone().wait_for(|asked| asked.stop.is_some()).await;
    }

    /// Resolves once it shall leave; never by a stopper that is gone.
    pub async fn left(&self) {
        if self.0.clone().wait_for(|asked| asked.leaves).await.is_err() {
            std::future::pending().await
        }
    }

    pub fn leaves(&self) -> bool {
        self.0.borrow().leaves
    }

    pub fn grace(&self) -> Duration {
        self.0.borrow().stop.unwrap_or(DEFAULT_GRACE)
    }
}

/// Why an operation is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Another put wants something else.
    Superseded,
    /// The deployment is deleted; what runs gets this grace.
    Deleted(Duration),
}

#[derive(Debug, Clone)]
pub struct Canceler(watch::Sender<Option<Reason>>);

#[derive(Debug, Clone)]
pub struct Canceled(watch::Receiver<Option<Reason>>);

impl Canceler {
    pub fn new() -> (Self, Canceled) {
        let (sender, receiver) = watch::channel(None);
        (Self(sender), Canceled(receiver))
    }

    pub fn cancel(&self, reason: Reason) {
        self.0.send_replace(Some(reason));
    }
}

impl Canceled {
    pub async fn asked(&self) {
        if self.0.clone().wait_for(Option::is_some).await.is_err() {
            std::future::pending().await
        }
    }

    pub fn is_asked(&self) -> bool {
        self.0.borrow().is_some()
    }

    /// Resolves with the grace once the deployment is deleted.
    pub async fn deleted(&self) -> Duration {
        let deleted = |reason: &Option<Reason>| matches!(reason, Some(Reason::Deleted(_)));
        match self.0.clone().wait_for(deleted).await.ok().and_then(|reason| *reason) {
            Some(Reason::Deleted(grace)) => grace,
            _ => std::future::pending().await,
        }
    }
}
