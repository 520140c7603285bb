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

#[derive(Debug, Clone)]
pub struct Canceler(watch::Sender<bool>);

/// Another put wants something else, or the deployment is deleted.
#[derive(Debug, Clone)]
pub struct Canceled(watch::Receiver<bool>);

impl Canceler {
    pub fn new() -> (Self, Canceled) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Canceled(receiver))
    }

    pub fn cancel(&self) {
        self.0.send_replace(true);
    }
}

impl Canceled {
    pub async fn asked(&self) {
        if self.0.clone().wait_for(|asked| *asked).await.is_err() {
            std::future::pending().await
        }
    }

    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }
}

/// Told when nobody waits any more for what leaves.
#[derive(Debug)]
pub struct Hurry(watch::Sender<Option<Duration>>);

#[derive(Debug, Clone)]
pub struct Hurried(watch::Receiver<Option<Duration>>);

impl Default for Hurry {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl Hurry {
    /// Who leaves is stopped with this grace.
    pub fn up(&self, grace: Duration) {
        self.0.send_replace(Some(grace));
    }

    pub fn hurried(&self) -> Hurried {
        Hurried(self.0.subscribe())
    }
}

impl Hurried {
    /// Resolves with the grace.
    pub async fn asked(&self) -> Duration {
        match self.0.clone().wait_for(Option::is_some).await.ok().and_then(|grace| *grace) {
            Some(grace) => grace,
            None => std::future::pending().await,
        }
    }
}
