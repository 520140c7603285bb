//! One fault on purpose: what it is, how long it lasts, how it is told.

use jiff::Timestamp;
use model::{
    DeploymentName, Effect, EndpointName, Exchange, FaultCounts, FaultDocument, FaultKind, FaultWanted, InstanceId,
    Probed, RequestFault, Share,
};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) endpoint: EndpointName,
    pub(crate) deployment: DeploymentName,
    /// None: all there are.
    pub(crate) instances: Vec<InstanceId>,
}

#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) id: Arc<str>,
    pub(crate) kind: FaultKind,
    pub(crate) target: Target,
    /// `holds back 30% of the requests of blue by 500 ms`
    pub(crate) does: String,
    pub(crate) until: Instant,
    lasts: Duration,
    began: Timestamp,
    seed: u64,
    requests: Option<(Share, Arc<FaultCounts>)>,
    note: Option<String>,
    /// Why it shall end.
    stop: watch::Sender<Option<String>>,
    /// Why it has, and when.
    ended: OnceLock<(String, Timestamp)>,
    over: watch::Sender<bool>,
}

impl Target {
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let all = self.instances.is_empty() || other.instances.is_empty();
        let same = self.endpoint == other.endpoint && self.deployment == other.deployment;
        same && (all || self.instances.iter().any(|id| other.instances.contains(id)))
    }

    /// The instance, or the deployment as a whole.
    fn name(&self) -> String {
        self.instances.first().map_or_else(|| self.deployment.to_string(), ToString::to_string)
    }
}

impl Fault {
    pub(crate) fn new(
        id: Arc<str>,
        wanted: &FaultWanted,
        target: Target,
        lasts: Duration,
        note: Option<String>,
    ) -> Self {
        let of_requests = matches!(wanted.kind, FaultKind::Slow | FaultKind::Drop);
        Self {
            id,
            kind: wanted.kind,
            does: does(wanted, &target.name()),
            target,
            until: Instant::now() + lasts,
            lasts,
            began: Timestamp::now(),
            seed: wanted.seed,
            requests: of_requests.then(|| (wanted.share, Arc::default())),
            note,
            stop: watch::Sender::new(None),
            ended: OnceLock::new(),
            over: watch::Sender::new(false),
        }
    }

    /// As the doors get it; `None` for a fault that is none of requests.
    pub(crate) fn of_requests(&self, wanted: &FaultWanted) -> Option<RequestFault> {
        let (share, counts) = self.requests.clone()?;
        let effect = match self.kind {
            FaultKind::Slow => Effect::Slow {
                delay: Duration::from_millis(wanted.delay_ms),
                jitter: Duration::from_millis(wanted.jitter_ms),
            },
            _ => Effect::Drop,
        };
        let (id, instance) = (self.id.clone(), wanted.instance);
        Some(RequestFault { id, effect, instance, share, seed: wanted.seed, counts })
    }

    pub(crate) fn lasts(&self) -> bool {
        self.ended.get().is_none()
    }

    pub(crate) fn left(&self) -> Duration {
        let left = self.until.saturating_duration_since(Instant::now());
        if self.lasts() { left } else { Duration::ZERO }
    }

    /// Whether the request met it: on its way while it lasted, on its instance or on none.
    pub(crate) fn meets(&self, exchange: &Exchange) -> bool {
        let end = exchange.time + Duration::from_micros(exchange.total_duration_us);
        let while_it_lasted = end >= self.began && self.ended.get().is_none_or(|(_, at)| exchange.time <= *at);
        let there = exchange.endpoint == self.target.endpoint
            && exchange.deployment.as_ref() == Some(&self.target.deployment)
            && exchange.instance.as_ref().is_none_or(|id| self.target.instances.contains(id));
        while_it_lasted && there && self.requests.is_none()
    }

    pub(crate) fn begins(&self) -> String {
        let seconds = self.lasts.as_secs_f64();
        format!("chaos {} {}; it lasts {seconds} s at most", self.id, self.does)
    }

    pub(crate) fn ended(&self) -> String {
        let why = self.ended.get().map_or("", |(why, _)| why);
        let requests = self.requests.as_ref().map(|(share, counts)| counts.told(*share));
        let requests = requests.map_or_else(String::new, |it| format!("; {} of {} requests were hit", it.hit, it.seen));
        format!("chaos {} has ended: {why}{requests}", self.id)
    }

    /// Resolves when it shall end, with the reason.
    pub(crate) async fn stopped(&self) -> String {
        let mut asked = self.stop.subscribe();
        let why = asked.wait_for(Option::is_some).await.ok().and_then(|why| why.clone());
        why.unwrap_or_default()
    }

    /// Asks it to end, and waits until it is undone. The first reason counts.
    pub(crate) async fn end(&self, why: &str) {
        self.stop.send_if_modified(|asked| {
            let first = asked.is_none();
            asked.get_or_insert_with(|| why.to_owned());
            first
        });
        let _ = self.over.subscribe().wait_for(|over| *over).await;
    }

    /// The same, but what a kill does is undone by nothing but the restart.
    pub(crate) async fn undone(&self, why: &str) {
        if matches!(self.kind, FaultKind::Kill | FaultKind::Oom) {
            let _ = self.over.subscribe().wait_for(|over| *over).await;
        } else {
            self.end(why).await;
        }
    }

    pub(crate) fn ends(&self, why: &str) {
        let _ = self.ended.set((why.to_owned(), Timestamp::now()));
    }

    /// It is undone and told.
    pub(crate) fn is_over(&self) {
        self.over.send_replace(true);
    }

    pub(crate) fn document(&self) -> FaultDocument {
        FaultDocument {
            id: self.id.to_string(),
            kind: self.kind,
            endpoint: self.target.endpoint.to_string(),
            deployment: self.target.deployment.to_string(),
            instances: self.target.instances.iter().map(ToString::to_string).collect(),
            does: self.does.clone(),
            for_ms: milliseconds(self.lasts),
            left_ms: milliseconds(self.left()),
            ended: self.ended.get().map(|(why, _)| why.clone()),
            seed: self.seed,
            requests: self.requests.as_ref().map(|(share, counts)| counts.told(*share)),
            note: self.note.clone(),
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn does(wanted: &FaultWanted, target: &str) -> String {
    let requests = match wanted.share {
        Share::Percent(100) => "every request".to_owned(),
        Share::Percent(percent) => format!("{percent}% of the requests"),
        share @ Share::Every(_) => format!("{share} request"),
    };
    match wanted.kind {
        FaultKind::Kill => format!("kills {target}"),
        FaultKind::Hang => format!("freezes {target}"),
        FaultKind::Oom => format!("takes the memory of {target} until it is killed"),
        FaultKind::Drop => format!("loses the answer of {target} to {requests}"),
        FaultKind::Slow => {
            let jitter =
                if wanted.jitter_ms > 0 { format!(", {} ms more or less", wanted.jitter_ms) } else { String::new() };
            format!("holds back {requests} to {target} by {} ms{jitter}", wanted.delay_ms)
        }
        FaultKind::ProbeFail => {
            let probes = match wanted.probe {
                Probed::Both => "liveness and readiness probes",
                Probed::Liveness => "liveness probe",
                Probed::Readiness => "readiness probe",
            };
            format!("fails the {probes} of {target}")
        }
    }
}
