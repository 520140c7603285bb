//! Faults on purpose: begun, bounded in time, undone, told. What is done to whom, the lifecycle knows.

use crate::fault::{Fault, Target};
use crate::running::Running;
use diagnosis::{Diagnosis, local};
use lifecycle::{Harm, Harmed, Lifecycle, ProbeFault};
use model::{
    DeploymentName, EndpointName, EventKind, Exchange, FaultDocument, FaultKind, FaultWanted, InstanceId, Reason,
    RequestFault,
};
use semantics::chaos as rules;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many that have ended can still be asked for.
const KEPT: usize = 100;

#[derive(Debug, Default)]
pub struct Chaos(Mutex<Faults>);

#[derive(Debug, Default)]
struct Faults {
    count: u64,
    /// The oldest first.
    all: VecDeque<Arc<Fault>>,
}

impl Chaos {
    /// Those that last.
    fn active(&self) -> Vec<Arc<Fault>> {
        self.lock().all.iter().filter(|fault| fault.lasts()).cloned().collect()
    }

    /// Those that last on an endpoint, as documents.
    pub fn documents(&self, endpoint: &EndpointName) -> Vec<FaultDocument> {
        let of = |fault: &&Arc<Fault>| fault.target.endpoint == *endpoint;
        self.active().iter().filter(of).map(|fault| fault.document()).collect()
    }

    /// What was done on purpose to the instance or to the deployment of this request.
    pub fn blamed(&self, exchange: &Exchange) -> Option<String> {
        let faults = self.lock();
        let hit = exchange.injected.as_deref();
        let told = faults.all.iter().rev().find(|fault| match hit {
            Some(id) => *fault.id == *id,
            None => broken(exchange.reason) && fault.meets(exchange),
        });
        told.map(|fault| format!("by local-endpoint chaos: {} {}", fault.id, fault.does))
    }

    fn next_id(&self, kind: FaultKind) -> Arc<str> {
        let mut faults = self.lock();
        faults.count += 1;
        format!("{kind}-{}", faults.count).into()
    }

    fn keep(&self, fault: Arc<Fault>) {
        let mut faults = self.lock();
        faults.all.push_back(fault);
        let surplus = faults.all.len().saturating_sub(KEPT);
        let mut ended = 0;
        faults.all.retain(|fault| {
            let goes = ended < surplus && !fault.lasts();
            ended += usize::from(goes);
            !goes
        });
    }

    fn lock(&self) -> MutexGuard<'_, Faults> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a request can die of when its instance is killed, frozen or taken out.
fn broken(reason: Option<Reason>) -> bool {
    use Reason::{ModelNotReady, TooManyPendingRequest, UpstreamClosed, UpstreamRequestTimeout};
    matches!(reason, Some(ModelNotReady | TooManyPendingRequest | UpstreamClosed | UpstreamRequestTimeout))
}

impl Running {
    /// Begins a fault, which ends by itself.
    ///
    /// # Errors
    /// `ChaosRefused`, `ChaosActive`, `NoInstance`, `DeploymentNotFound`, `DeploymentAmbiguous`, and what the engine says.
    pub(crate) async fn begin_fault(
        &self,
        endpoint: &EndpointName,
        wanted: &FaultWanted,
    ) -> Result<FaultDocument, Diagnosis> {
        // No deployment changes meanwhile.
        let _applying = self.applying.lock().await;
        let lasts =
            rules::lasts(wanted.for_ms).ok_or_else(|| Diagnosis::error(local::FAULT_REFUSED, too_long(wanted)))?;
        let deployment = self.fault_deployment(endpoint, wanted.deployment.as_deref())?;
        let instances = self.fault_instances(endpoint, &deployment, wanted)?;
        let target = Target { endpoint: endpoint.clone(), deployment, instances };
        self.is_new(wanted.kind, &target)?;
        let id = self.chaos.next_id(wanted.kind);
        let note = self.note(wanted, &target, lasts);
        let fault = Arc::new(Fault::new(id, wanted, target, lasts, note));
        self.chaos.keep(fault.clone());
        // Before anything comes of it.
        self.say(Diagnosis::note(local::FAULT_BEGAN, fault.begins()));
        let harmed =
            self.inflict(&fault, wanted).await.inspect_err(|_| over(&self.lifecycle, &fault, "it cannot be done"))?;
        let document = fault.document();
        tokio::spawn(run(self.lifecycle.clone(), fault, harmed));
        Ok(document)
    }

    /// Ends these faults of an endpoint, or all; answers when they are undone.
    ///
    /// # Errors
    /// `ChaosNotFound`, and then none has ended. One that has ended already is no error.
    pub(crate) async fn end_faults(
        &self,
        endpoint: &EndpointName,
        ids: &[String],
    ) -> Result<Vec<FaultDocument>, Diagnosis> {
        let chosen = if ids.is_empty() { self.lasting(endpoint, None) } else { self.named(endpoint, ids)? };
        futures_util::future::join_all(chosen.iter().map(|fault| fault.undone("it was stopped"))).await;
        Ok(chosen.iter().map(|fault| fault.document()).collect())
    }

    /// Whatever is done to a deployment, or to an endpoint as a whole, is undone.
    pub(crate) async fn heal(&self, endpoint: &EndpointName, deployment: Option<&DeploymentName>, why: &str) {
        end(&self.lasting(endpoint, deployment), why).await;
    }

    fn lasting(&self, endpoint: &EndpointName, deployment: Option<&DeploymentName>) -> Vec<Arc<Fault>> {
        let mut faults = self.chaos.active();
        faults.retain(|fault| fault.target.endpoint == *endpoint);
        faults.retain(|fault| deployment.is_none_or(|name| fault.target.deployment == *name));
        faults
    }

    fn named(&self, endpoint: &EndpointName, ids: &[String]) -> Result<Vec<Arc<Fault>>, Diagnosis> {
        let known: Vec<_> =
            self.chaos.lock().all.iter().filter(|it| it.target.endpoint == *endpoint).cloned().collect();
        let find = |id: &String| {
            let found = known.iter().find(|fault| *fault.id == **id).cloned();
            found.ok_or_else(|| Diagnosis::error(local::FAULT_NOT_FOUND, format!("{endpoint} has no fault {id}")))
        };
        ids.iter().map(find).collect()
    }

    fn fault_deployment(&self, endpoint: &EndpointName, named: Option<&str>) -> Result<DeploymentName, Diagnosis> {
        let known = self.lifecycle.deployments(endpoint);
        let names = || known.iter().map(DeploymentName::as_str).collect::<Vec<_>>().join(", ");
        match (named.map(DeploymentName::new), known.as_slice()) {
            (Some(name), known) if known.contains(&name) => Ok(name),
            (Some(name), _) => {
                let message = format!("{endpoint} has no deployment {name}; it has {}", names());
                Err(Diagnosis::error(local::DEPLOYMENT_NOT_FOUND, message))
            }
            (None, [only]) => Ok(only.clone()),
            (None, _) => {
                let message = format!("{endpoint} has several deployments: {}", names());
                Err(Diagnosis::error(local::DEPLOYMENT_AMBIGUOUS, message))
            }
        }
    }

    /// None: all of them.
    fn fault_instances(
        &self,
        endpoint: &EndpointName,
        deployment: &DeploymentName,
        wanted: &FaultWanted,
    ) -> Result<Vec<InstanceId>, Diagnosis> {
        let running = self.lifecycle.running(endpoint, deployment);
        let none = |message: String| Err(Diagnosis::error(local::NO_INSTANCE, message));
        match (wanted.instance, wanted.kind) {
            (Some(number), _) => match running.iter().find(|id| id.number == number) {
                Some(id) => Ok(vec![id.clone()]),
                None if running.is_empty() => none(format!("no instance of {deployment} runs just now")),
                None => {
                    let names = running.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                    none(format!("{deployment}/{number} does not run; {names} does"))
                }
            },
            (None, FaultKind::Slow | FaultKind::Drop) => Ok(vec![]),
            (None, _) if running.is_empty() => none(format!("no instance of {deployment} runs just now")),
            (None, _) => Ok(vec![running[rules::chosen(wanted.seed, running.len())].clone()]),
        }
    }

    /// Two of a kind at once would undo one another.
    fn is_new(&self, kind: FaultKind, target: &Target) -> Result<(), Diagnosis> {
        let active = self.chaos.active();
        let Some(known) = active.iter().find(|fault| fault.kind == kind && fault.target.overlaps(target)) else {
            return Ok(());
        };
        let message = format!("{} {} already, for another {} s", known.id, known.does, known.left().as_secs());
        let remedy = format!("`local-endpoint chaos stop {}` ends it", known.id);
        Err(Diagnosis::error(local::FAULT_ACTIVE, message).remedy(remedy))
    }

    async fn inflict(&self, fault: &Arc<Fault>, wanted: &FaultWanted) -> Result<Option<Harmed>, Diagnosis> {
        let Target { endpoint, deployment, instances } = &fault.target;
        let harm = match fault.kind {
            FaultKind::Kill => Harm::Kill,
            FaultKind::Hang => Harm::Freeze,
            FaultKind::Oom => Harm::ExhaustMemory,
            FaultKind::ProbeFail => {
                let (id, instances) = (fault.id.to_string(), instances.clone());
                self.lifecycle.fail_probes(ProbeFault { id, instances, probes: wanted.probe });
                return Ok(None);
            }
            FaultKind::Slow | FaultKind::Drop => {
                fault.of_requests(wanted).into_iter().for_each(|it: RequestFault| {
                    self.lifecycle.fault_requests(endpoint, deployment, it);
                });
                return Ok(None);
            }
        };
        match instances.first() {
            Some(id) => self.lifecycle.harm(id, harm, &fault.id).await.map(Some),
            None => Ok(None),
        }
    }

    /// What would happen only later than the fault lasts.
    fn note(&self, wanted: &FaultWanted, target: &Target, lasts: std::time::Duration) -> Option<String> {
        if !matches!(wanted.kind, FaultKind::ProbeFail | FaultKind::Hang) {
            return None;
        }
        self.lifecycle.acts_after(&target.endpoint, &target.deployment, wanted.probe).filter(|after| *after > lasts).map(
            |after| {
                format!(
                    "kubelet acts only after {} s of failing probes, with the probes of {} (up --time-scale makes them faster)",
                    after.as_secs(),
                    target.deployment
                )
            },
        )
    }
}

fn too_long(wanted: &FaultWanted) -> String {
    let asked = wanted.for_ms.unwrap_or_default();
    match asked {
        0 => "a fault that lasts no time is none".to_owned(),
        _ => format!("{} s are more than the longest fault, {} s", asked.div_ceil(1000), rules::LONGEST.as_secs()),
    }
}

/// All at once.
async fn end(faults: &[Arc<Fault>], why: &str) {
    futures_util::future::join_all(faults.iter().map(|fault| fault.end(why))).await;
}

/// Until its time is over, it is stopped, or there is nothing left that it does.
async fn run(lifecycle: Lifecycle, fault: Arc<Fault>, harmed: Option<Harmed>) {
    let why = tokio::select! {
        biased;
        why = fault.stopped() => why,
        why = done(&lifecycle, fault.kind, harmed.as_ref()) => why,
        () = tokio::time::sleep_until(fault.until) => "its time is over".to_owned(),
    };
    lifecycle.heal(&fault.target.endpoint, &fault.target.deployment, &fault.id);
    if let (FaultKind::Hang, Some(harmed)) = (fault.kind, &harmed)
        && let Err(fault) = lifecycle.resume(harmed).await
    {
        lifecycle.events().say(EventKind::Said { diagnosis: fault });
    }
    over(&lifecycle, &fault, &why);
}

fn over(lifecycle: &Lifecycle, fault: &Fault, why: &str) {
    fault.ends(why);
    let diagnosis = Diagnosis::note(local::FAULT_ENDED, fault.ended());
    lifecycle.events().say(EventKind::Said { diagnosis });
    fault.is_over();
}

async fn done(lifecycle: &Lifecycle, kind: FaultKind, harmed: Option<&Harmed>) -> String {
    let Some(harmed) = harmed else { return std::future::pending().await };
    if kind == FaultKind::Hang {
        lifecycle.restarted(harmed).await;
        format!("{} was restarted", harmed.id)
    } else {
        lifecycle.recovered(harmed).await;
        format!("{} is ready again", harmed.id)
    }
}
