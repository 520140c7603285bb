//! Reads every exchange that is told once: failed ones are explained, said, and kept for whoever asks by x-request-id.

use crate::chaos::Chaos;
use crate::cures::Cures;
use crate::doors::Doors;
use crate::failed_request;
use crate::passed_limits;
use diagnosis::Diagnosis;
use front_end::Passed;
use lifecycle::{Lifecycle, Log};
use model::{DeploymentName, EndpointName, EventKind, Exchange, InstanceId, Reason};
use semantics::startup::{LogSign, progress};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout};

/// Explanations that are kept.
const KEPT: usize = 1_000;
/// The log follows the answer by milliseconds, Podman's by a quarter of a second; longer is not waited for the traceback.
const LOG_LATE: Duration = Duration::from_millis(750);
/// A failure like the last one is said again after this time, with the number of those in between.
const QUIET: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub struct Requests {
    kept: Mutex<VecDeque<(String, Option<Diagnosis>)>>,
    read: watch::Sender<u64>,
}

impl Requests {
    /// Why the request failed; `None` for one that did not, or that is not known within a second.
    pub async fn explanation(&self, request_id: &str) -> Option<Diagnosis> {
        let mut read = self.read.subscribe();
        let found = timeout(Duration::from_secs(1), async {
            loop {
                if let Some(found) = self.find(request_id) {
                    return found;
                }
                if read.changed().await.is_err() {
                    return None;
                }
            }
        });
        found.await.ok().flatten()
    }

    fn find(&self, request_id: &str) -> Option<Option<Diagnosis>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().rev().find(|(id, _)| id == request_id).map(|(_, diagnosis)| diagnosis.clone())
    }

    fn keep(&self, exchange: &Exchange, diagnosis: Option<Diagnosis>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((exchange.x_request_id.to_string(), diagnosis));
        if kept.len() > KEPT {
            kept.pop_front();
        }
        self.read.send_modify(|read| *read += 1);
    }
}

/// To whom a request is told, and who knows what was done to it.
pub struct Told {
    pub requests: Arc<Requests>,
    pub chaos: Arc<Chaos>,
}

/// What the doors tell.
pub struct Heard {
    pub exchanges: mpsc::Receiver<Exchange>,
    pub passed: mpsc::UnboundedReceiver<Passed>,
}

impl Heard {
    /// A limit comes before the requests that it refused: a door tells of it first.
    async fn next(&mut self, lifecycle: &Lifecycle) -> Option<Exchange> {
        loop {
            tokio::select! {
                Some(passed) = self.passed.recv() => passed_limits::say(&passed, lifecycle),
                exchange = self.exchanges.recv() => {
                    while let Ok(passed) = self.passed.try_recv() {
                        passed_limits::say(&passed, lifecycle);
                    }
                    return exchange;
                }
            }
        }
    }
}

/// Reads until the last door is closed.
pub async fn read(mut heard: Heard, Told { requests, chaos }: Told, lifecycle: Lifecycle, doors: Weak<Doors>) {
    let cures = Cures::new(lifecycle.clone(), doors.clone());
    let mut reader = Reader { lifecycle: lifecycle.clone(), doors, marks: BTreeMap::new(), said: BTreeMap::new() };
    while let Some(exchange) = heard.next(&lifecycle).await {
        let injected = exchange.reason.and_then(|_| chaos.blamed(&exchange));
        if injected.is_none() {
            // What was done on purpose has no cure.
            cures.met(&exchange);
        }
        let mut diagnosis = reader.explain(&exchange).await;
        if let (Some(diagnosis), Some(injected)) = (&mut diagnosis, injected) {
            diagnosis.facts.push(("injected".into(), injected));
            diagnosis.remedy = lifecycle::NO_REMEDY.into();
        }
        if let Some(diagnosis) = &diagnosis {
            reader.say(&exchange, diagnosis);
        }
        requests.keep(&exchange, diagnosis);
    }
}

struct Reader {
    lifecycle: Lifecycle,
    doors: Weak<Doors>,
    /// Up to where an instance's log has explained a failure already.
    marks: BTreeMap<InstanceId, u64>,
    /// When a kind of failure was last said, and how many came since.
    said: BTreeMap<String, (Instant, u32)>,
}

impl Reader {
    async fn explain(&mut self, exchange: &Exchange) -> Option<Diagnosis> {
        exchange.reason?;
        let name = exchange.deployment.as_ref();
        let deployment = name.and_then(|name| {
            let desired = self.lifecycle.desired(&exchange.endpoint, name)?;
            Some((desired, self.lifecycle.mounts(&exchange.endpoint, name)))
        });
        let log = self.fresh_log(exchange).await;
        let profile = self.lifecycle.profile(&exchange.endpoint);
        let abandoned = name.map_or(0, |name| self.abandoned(&exchange.endpoint, name));
        let deployment = deployment.as_ref().map(|(desired, mounts)| (desired, mounts.as_slice()));
        failed_request::explain(exchange, profile, deployment, abandoned, &log)
    }

    fn abandoned(&self, endpoint: &EndpointName, deployment: &DeploymentName) -> u32 {
        self.doors.upgrade().map_or(0, |doors| doors.abandoned(endpoint, deployment))
    }

    /// What the instance printed since its last failure, once the line of this request is in it.
    async fn fresh_log(&mut self, exchange: &Exchange) -> String {
        let raised = exchange.reason == Some(Reason::ModelError) && exchange.model_status_code == Some(500);
        let instance = exchange.instance.as_ref().filter(|_| raised);
        let Some((id, log)) = instance.and_then(|id| Some((id, self.lifecycle.log(id)?))) else {
            return String::new();
        };
        let mark = self.marks.get(id).copied().unwrap_or_default();
        let _ = timeout(LOG_LATE, served(&log, mark)).await;
        self.marks.insert(id.clone(), log.count());
        log.since(mark).join("\n")
    }

    /// A storm of equal failures is one line and a number.
    fn say(&mut self, exchange: &Exchange, diagnosis: &Diagnosis) {
        let key = format!("{:?} {:?} {:?}", exchange.deployment, diagnosis.code, diagnosis.place);
        let now = Instant::now();
        let (last, more) = self.said.get(&key).copied().unwrap_or((now, 0));
        if more > 0 && now - last < QUIET {
            self.said.insert(key, (last, more + 1));
            return;
        }
        self.said.insert(key, (now, 1));
        let mut diagnosis = diagnosis.clone();
        if more > 1 {
            diagnosis = diagnosis.fact("repeated", format!("{} more like it in the last seconds", more - 1));
        }
        self.lifecycle.events().say(EventKind::Said { diagnosis });
    }
}

/// Resolves once a failed request stands in the log behind the mark.
async fn served(log: &Log, mark: u64) {
    let mut changes = log.changes();
    loop {
        let failed = |line: &String| matches!(progress(line), LogSign::Served { status: 500, .. });
        if log.since(mark).iter().any(failed) || changes.changed().await.is_err() {
            return;
        }
    }
}
