//! New code in an instance that serves: it starts beside the old, takes its place, and the old ends.

use crate::instance::Instance;
use crate::life::Life;
use diagnosis::Diagnosis;
use engine::PortUse;
use futures_util::FutureExt;
use std::convert::Infallible;
use std::io::Error;
use std::net::SocketAddr;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::sync::oneshot;

/// What has to wait longer for a port is not new code in place: an instance of its own is there sooner.
const SOON: Duration = Duration::from_secs(8);

/// Asks an instance for the code as it is now. Not answered: the instance has ended, and starts again with it.
pub type Request = oneshot::Sender<Result<(), Kept>>;

/// Why an instance keeps the code it has.
#[derive(Debug)]
pub enum Kept {
    /// The new code does not start.
    Faulty(Diagnosis),
    /// It cannot take new code, for this reason; an instance of its own can.
    Elsewhere(String),
}

impl From<Error> for Kept {
    fn from(error: Error) -> Self {
        Self::Elsewhere(format!("its host does not answer: {error}"))
    }
}

/// Which of the two ports serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    pub serves: PortUse,
    pub idle: PortUse,
}

impl Turn {
    pub const FIRST: Self = Self { serves: PortUse::Serve, idle: PortUse::Spare };

    pub fn next(self) -> Self {
        Self { serves: self.idle, idle: self.serves }
    }
}

/// New code that is ready.
pub struct Fresh {
    pub address: SocketAddr,
    pub request: Request,
}

impl Life<'_> {
    /// Resolves with the next code that is ready to serve. `before`: the generation that the one that serves has replaced.
    pub async fn fresh(&self, turn: Turn, before: Option<u64>) -> Fresh {
        let vacant = self.vacant(turn.idle, before).shared();
        loop {
            let mut request = meanwhile(vacant.clone(), self.instance.asked()).await;
            let booted = tokio::select! {
                booted = self.boot(turn, vacant.clone()) => booted,
                () = request.closed() => {
                    // Who is still to finish goes on.
                    if vacant.peek().is_some() {
                        self.give_up(turn.idle).await;
                    }
                    continue;
                }
            };
            match booted {
                Ok(address) => return Fresh { address, request },
                Err(kept) => drop(request.send(Err(kept))),
            }
        }
    }

    /// The old code finishes what it runs, and its port is free.
    async fn vacant(&self, on: PortUse, before: Option<u64>) {
        let (Some(generation), Some(host)) = (before, &self.running.host) else { return };
        let (id, context) = (&self.instance.id, &self.instance.context);
        context.vacated(id, generation, self.instance.deployment.request_settings.request_timeout).await;
        // What does not end, the next start on that port ends.
        let _ = host.retire(on, crate::drain::grace(context, id)).await;
    }

    async fn give_up(&self, on: PortUse) {
        if let Some(host) = &self.running.host {
            let _ = host.retire(on, Duration::ZERO).await;
        }
    }

    async fn boot(&self, turn: Turn, vacant: impl Future<Output = ()>) -> Result<SocketAddr, Kept> {
        let elsewhere = |why: &str| Kept::Elsewhere(why.to_owned());
        let started = &self.running.started;
        let host = self.running.host.as_ref().ok_or_else(|| elsewhere("its image starts a command of its own"))?;
        let address = started.addresses.get(&turn.idle).ok_or_else(|| elsewhere("the engine gave it one port"))?;
        if !started.copied.is_empty() {
            return Err(elsewhere("the engine has a copy of the files"));
        }
        let overdue = |_| elsewhere("a request still runs in the code before the last");
        tokio::time::timeout(SOON, vacant).await.map_err(overdue)?;
        let from = self.instance.log.count();
        self.booting.store(true, Relaxed);
        let booted = self.start_beside(host, turn.idle, *address, from).await;
        self.booting.store(false, Relaxed);
        // What failed explains nothing that ends later.
        self.mark.store(if booted.is_ok() { from } else { self.instance.log.count() }, Relaxed);
        if booted.is_err() {
            self.give_up(turn.idle).await;
        }
        booted.map(|()| *address)
    }
}

/// What is wanted, while the other goes on.
async fn meanwhile<T>(other: impl Future<Output = ()>, wanted: impl Future<Output = T>) -> T {
    let other = async {
        other.await;
        std::future::pending::<Infallible>().await
    };
    tokio::select! {
        found = wanted => found,
        never = other => match never {},
    }
}

impl Instance {
    /// Never once nobody can ask any more.
    async fn asked(&self) -> Request {
        match self.requests.lock().await.recv().await {
            Some(request) => request,
            None => std::future::pending().await,
        }
    }
}
