//! New code in an instance that serves: it starts beside the old, takes its place, and the old ends.

use crate::explain::Ended;
use crate::host::{Answers, Command, Host, Said};
use crate::instance::Instance;
use crate::life::Life;
use crate::probing::{Failed, boot_loop};
use crate::start_check;
use diagnosis::Diagnosis;
use engine::{Exit, PortUse};
use semantics::probe::{self, timed_out};
use std::io::Error;
use std::net::SocketAddr;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::sync::oneshot;

/// How long the last lines of a start that failed may be on their way.
const LAST_WORDS: Duration = Duration::from_secs(2);

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
        if let (Some(before), Some(host)) = (before, &self.running.host) {
            self.retire(host, turn.idle, before).await;
        }
        loop {
            let mut request = self.instance.asked().await;
            let booted = tokio::select! {
                booted = self.boot(turn) => booted,
                () = request.closed() => {
                    self.give_up(turn.idle).await;
                    continue;
                }
            };
            match booted {
                Ok(address) => return Fresh { address, request },
                Err(kept) => drop(request.send(Err(kept))),
            }
        }
    }

    /// The old code finishes what it runs.
    async fn retire(&self, host: &Host, on: PortUse, generation: u64) {
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

    async fn boot(&self, turn: Turn) -> Result<SocketAddr, Kept> {
        let elsewhere = |why: &str| Kept::Elsewhere(why.to_owned());
        let started = &self.running.started;
        let host = self.running.host.as_ref().ok_or_else(|| elsewhere("its image starts a command of its own"))?;
        let address = started.addresses.get(&turn.idle).ok_or_else(|| elsewhere("the engine gave it one port"))?;
        if !started.copied.is_empty() {
            return Err(elsewhere("the engine has a copy of the files"));
        }
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

    /// Raced as any start is.
    async fn start_beside(&self, host: &Host, on: PortUse, address: SocketAddr, from: u64) -> Result<(), Kept> {
        let mut booting = Booting::begin(host, on).await?;
        let log = &self.instance.log;
        let met = tokio::select! {
            met = booting.met() => met?,
            () = boot_loop(log, from) => Met::Loop,
            () = self.ran_out.notified() => return Err(Kept::Elsewhere("memory ran out with both codes in it".into())),
            after = self.instance.patience() => Met::Silence(after),
        };
        let ended = self.instance.ended(from).besides(&booting.others);
        match met {
            Met::Ready => {}
            Met::Loop => return Err(Kept::Faulty(ended.exited(None))),
            Met::Silence(after) => return Err(Kept::Faulty(self.hangs(&ended, after))),
            Met::End(code) => {
                let _ = tokio::time::timeout(LAST_WORDS, log.ended(booting.generation)).await;
                let exit = Exit { code: code.unwrap_or(-1), out_of_memory: false, error: String::new() };
                return Err(Kept::Faulty(ended.exited(Some(&exit))));
            }
        }
        start_check::ready(address, &self.routes.readiness.path).await;
        match host.serve(on).await? {
            true => Ok(()),
            false => Err(Kept::Elsewhere("the new code ended as soon as it was ready".into())),
        }
    }

    fn hangs(&self, ended: &Ended<'_>, after: Duration) -> Diagnosis {
        let route = &self.routes.liveness;
        let failed = Failed::Silent(timed_out(&format!("http://localhost:{}{}", route.port, route.path)));
        ended.never_ready(after, self.instance.probes.borrow().scale, &failed)
    }
}

/// A start of the new code, which the host may begin again.
struct Booting {
    answers: Answers,
    generation: u64,
    /// Whose lines stand in the same log.
    others: Vec<u32>,
}

enum Met {
    Ready,
    End(Option<i64>),
    /// Its workers die again and again.
    Loop,
    Silence(Duration),
}

impl Booting {
    async fn begin(host: &Host, on: PortUse) -> Result<Self, Error> {
        Ok(Self { answers: host.ask(Command::Boot { on }).await?, generation: 0, others: vec![] })
    }

    async fn met(&mut self) -> Result<Met, Error> {
        loop {
            match self.answers.next().await? {
                Said::Booting { generation, others } => (self.generation, self.others) = (generation, others),
                Said::Ready => return Ok(Met::Ready),
                Said::Ended { code } => return Ok(Met::End(code)),
                other => return Err(Error::other(format!("{other:?}"))),
            }
        }
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

    /// Resolves with the time after which Azure would kill a container that has not answered; later while it is debugged.
    async fn patience(&self) -> Duration {
        let probes = self.probes.borrow().clone();
        let Some(kill) = probe::kill(probes.startup.as_ref(), &probes.liveness) else {
            return std::future::pending().await;
        };
        let after = Duration::from_millis(kill.at_ms) / probes.scale.times();
        tokio::time::sleep(after).await;
        self.context.detached(&self.id).await;
        after
    }
}
