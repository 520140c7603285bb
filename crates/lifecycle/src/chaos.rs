//! Faults on purpose: what is done to instances, probes and requests, and undone. When it begins and ends, others know.

use crate::context::Context;
use crate::lifecycle::Lifecycle;
use diagnosis::{Diagnosis, local};
use engine::{Engine, EngineError, InstanceHandle};
use futures_util::StreamExt;
use model::{DeploymentName, EndpointName, EventKind, InstanceId, InstanceState, Probed, RequestFault};
use semantics::chaos::acts_after;
use semantics::probe::{Kind, faster};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

/// What is done to an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Harm {
    Kill,
    Freeze,
    ExhaustMemory,
}

/// One start of an instance, after it was harmed.
#[derive(Debug, Clone)]
pub struct Harmed {
    pub id: InstanceId,
    generation: u64,
    engine: Arc<dyn Engine>,
    handle: InstanceHandle,
    /// The first event after it.
    since: u64,
}

/// Probes of these instances that fail.
#[derive(Debug, Clone)]
pub struct ProbeFault {
    /// The fault's id.
    pub id: String,
    pub instances: Vec<InstanceId>,
    pub probes: Probed,
}

/// What is done about a failure that was made.
pub const NO_REMEDY: &str = "none is needed: it was done on purpose; `local-endpoint chaos` shows what still lasts";

impl Lifecycle {
    /// The instances in the fleet that run, ready or not, by number.
    pub fn running(&self, endpoint: &EndpointName, name: &DeploymentName) -> Vec<InstanceId> {
        self.context.store.read(|state| {
            let endpoint = state.endpoints.get(endpoint);
            let record = endpoint.and_then(|it| it.deployments.iter().find(|record| record.desired.name == *name));
            let running = record.into_iter().flat_map(|record| record.current()).filter(|it| it.handle.is_some());
            running.map(|instance| instance.id.clone()).collect()
        })
    }

    /// Whatever comes of it is told as done by this fault.
    ///
    /// # Errors
    /// `NoInstance`; `ChaosUnsupported` where the engine has no such thing; what else the engine says.
    pub async fn harm(&self, id: &InstanceId, harm: Harm, fault: &str) -> Result<Harmed, Diagnosis> {
        let harmed = self.marked(id, Some(fault)).ok_or_else(|| {
            Diagnosis::error(local::NO_INSTANCE, format!("{id} does not run, so nothing can be done to it"))
        })?;
        let Harmed { engine, handle, .. } = &harmed;
        let done = match harm {
            Harm::Kill => engine.kill(handle).await,
            Harm::Freeze => engine.freeze(handle).await,
            Harm::ExhaustMemory => engine.exhaust_memory(handle).await,
        };
        done.map_err(|error| {
            self.marked(id, None);
            refused(id, &error)
        })?;
        Ok(harmed)
    }

    /// A frozen instance goes on, if it is still there.
    pub async fn resume(&self, harmed: &Harmed) -> Result<(), Diagnosis> {
        harmed.engine.resume(&harmed.handle).await.map_err(|error| {
            let message = format!("{} could not be resumed: {error}", harmed.id);
            Diagnosis::warning(local::FAULT_NOT_UNDONE, message)
        })?;
        if self.context.generation(&harmed.id) == Some(harmed.generation) {
            self.marked(&harmed.id, None);
        }
        Ok(())
    }

    pub fn fail_probes(&self, fault: ProbeFault) {
        self.context.probe_faults().push(fault);
    }

    /// The doors do this to the requests of the deployment from now on.
    pub fn fault_requests(&self, endpoint: &EndpointName, name: &DeploymentName, fault: RequestFault) {
        self.context.store.change(|state| {
            state.deployment(endpoint, name).into_iter().for_each(|record| record.faults.push(fault.clone()));
        });
    }

    /// Probes and requests are as they were before this fault.
    pub fn heal(&self, endpoint: &EndpointName, name: &DeploymentName, fault: &str) {
        self.context.probe_faults().retain(|known| known.id != fault);
        self.context.store.change(|state| {
            let record = state.deployment(endpoint, name);
            record.into_iter().for_each(|record| record.faults.retain(|known| *known.id != *fault));
        });
    }

    /// How long the first of these probes must fail until kubelet acts, on the clock that they run by. `None`: an operation
    /// is under way.
    pub fn acts_after(&self, endpoint: &EndpointName, name: &DeploymentName, probes: Probed) -> Option<Duration> {
        let wanted = self.known(endpoint, name)?.settled()?;
        let after = |probe| acts_after(&faster(probe, wanted.options.time_scale));
        let (liveness, readiness) = (&wanted.deployment.liveness_probe, &wanted.deployment.readiness_probe);
        Some(match probes {
            Probed::Both => after(liveness).min(after(readiness)),
            Probed::Liveness => after(liveness),
            Probed::Readiness => after(readiness),
        })
    }

    /// Resolves once this start of the instance is no more, and that was told.
    pub async fn restarted(&self, harmed: &Harmed) {
        self.becomes(harmed, InstanceState::Restarting).await;
    }

    /// Resolves once the instance is ready again, and that was told.
    pub async fn recovered(&self, harmed: &Harmed) {
        self.becomes(harmed, InstanceState::Ready).await;
    }

    async fn becomes(&self, Harmed { id, since, .. }: &Harmed, wanted: InstanceState) {
        let is = |kind: &EventKind| matches!(kind, EventKind::InstanceChanged { instance, state, .. } if instance == id && *state == wanted);
        let mut events = self.context.events.from(*since);
        while let Some(event) = events.next().await {
            if is(&event.kind) {
                return;
            }
        }
        std::future::pending().await
    }

    fn marked(&self, id: &InstanceId, fault: Option<&str>) -> Option<Harmed> {
        self.context.store.change(|state| {
            let record = state.instance(id)?;
            let handle = record.handle.clone()?;
            record.injected = fault.map(str::to_owned);
            let (generation, engine) = (record.generation, record.runs_on.clone());
            let since = self.context.events.last() + 1;
            Some(Harmed { id: id.clone(), generation, engine, handle, since })
        })
    }
}

impl Context {
    /// An end that was brought about on purpose says so.
    pub fn blamed(&self, id: &InstanceId, diagnosis: Diagnosis) -> Diagnosis {
        let injected = self.store.change(|state| state.instance(id)?.injected.take());
        let Some(fault) = injected else { return diagnosis };
        // Those are the limits of the instance, not of what was done to it.
        let facts = diagnosis.facts.iter().filter(|(name, _)| name != "memory").cloned().collect();
        Diagnosis { facts, ..diagnosis }.fact("injected", by(&fault)).remedy(NO_REMEDY)
    }

    /// Why this probe fails, if it shall.
    pub fn fails_on_purpose(&self, id: &InstanceId, kind: Kind) -> Option<String> {
        let faults = self.probe_faults();
        let fails = |fault: &&ProbeFault| meets(fault.probes, kind) && fault.instances.contains(id);
        faults.iter().find(fails).map(|fault| format!("injected {}", by(&fault.id)))
    }

    fn probe_faults(&self) -> MutexGuard<'_, Vec<ProbeFault>> {
        self.probe_faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn generation(&self, id: &InstanceId) -> Option<u64> {
        self.store.change(|state| state.instance(id).map(|record| record.generation))
    }
}

fn by(fault: &str) -> String {
    format!("by local-endpoint chaos ({fault}), not by Azure and not by the model")
}

fn meets(probes: Probed, kind: Kind) -> bool {
    match probes {
        Probed::Both => true,
        Probed::Readiness => kind == Kind::Readiness,
        Probed::Liveness => kind != Kind::Readiness,
    }
}

fn refused(id: &InstanceId, error: &EngineError) -> Diagnosis {
    let code = match error {
        EngineError::Unsupported(_) => local::FAULT_UNSUPPORTED,
        EngineError::Unavailable(_) => diagnosis::engine::ENGINE_UNAVAILABLE,
        EngineError::NoSuchInstance => local::NO_INSTANCE,
        _ => diagnosis::engine::ENGINE_FAILED,
    };
    Diagnosis::error(code, format!("{id}: {error}"))
}
