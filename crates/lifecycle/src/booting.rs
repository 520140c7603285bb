//! A start of new code beside the old, raced against all that may become of it.

use crate::explain::Ended;
use crate::generation::Kept;
use crate::host::{Answers, Command, Host, Said};
use crate::instance::Instance;
use crate::life::Life;
use crate::probing::{Failed, boot_loop};
use crate::start_check;
use diagnosis::Diagnosis;
use engine::{EngineKind, Exit, PortUse};
use semantics::probe::{self, timed_out};
use std::io::Error;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

/// How long the last lines of a start that failed may be on their way.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// As Python says that somebody has the port already; asyncio in small letters.
const ADDRESS_IN_USE: &str = "address already in use";

impl Life<'_> {
    /// `from`: where the log was before.
    pub async fn start_beside(&self, host: &Host, on: PortUse, address: SocketAddr, from: u64) -> Result<(), Kept> {
        let mut booting = Booting::begin(host, on).await?;
        let mut patience = pin!(self.instance.patience());
        let (loads, answers) = (std::future::pending(), start_check::ready(address, &self.routes.readiness.path));
        let mut met = self.met(&mut booting, from, patience.as_mut(), loads).await?;
        if matches!(met, Met::Ready) {
            met = self.met(&mut booting, from, patience, answers).await?;
        }
        let ended = self.instance.ended(from).besides(&booting.others);
        match met {
            Met::Ready => {}
            Met::Loop => return Err(Kept::Faulty(ended.exited(None))),
            Met::Silence(after) => return Err(Kept::Faulty(self.hangs(&ended, after))),
            Met::End(code) => {
                let _ = tokio::time::timeout(LAST_WORDS, self.instance.log.ended(booting.generation)).await;
                let exit = Exit { code: code.unwrap_or(-1), out_of_memory: false, error: String::new() };
                return Err(self.kept(ended.exited(Some(&exit))));
            }
        }
        match host.serve(on).await? {
            true => Ok(()),
            false => Err(Kept::Elsewhere("the new code ended as soon as it was ready".into())),
        }
    }

    /// Raced as any start is.
    async fn met(
        &self,
        booting: &mut Booting,
        from: u64,
        patience: impl Future<Output = Duration>,
        answers: impl Future<Output = u16>,
    ) -> Result<Met, Kept> {
        Ok(tokio::select! {
            met = booting.met() => met?,
            _ = answers => Met::Ready,
            () = boot_loop(&self.instance.log, from) => Met::Loop,
            () = self.ran_out.notified() => return Err(Kept::Elsewhere("memory ran out with both codes in it".into())),
            after = patience => Met::Silence(after),
        })
    }

    /// A container of its own has its own ports; processes share those of the machine.
    fn kept(&self, failed: Diagnosis) -> Kept {
        let taken =
            |(name, value): &(String, String)| name == "raised" && value.to_lowercase().contains(ADDRESS_IN_USE);
        match self.instance.prepared.kind == EngineKind::Docker && failed.facts.iter().any(taken) {
            true => Kept::Elsewhere("init() takes a port that the code before it has".into()),
            false => Kept::Faulty(failed),
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
