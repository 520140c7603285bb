//! One scoring listener per endpoint, opened and closed while the emulator runs. They share a thread that has nothing
//! else to do.

use crate::minutes::Minutes;
use async_trait::async_trait;
use front_end::{Collector, Counters, DoorConfig, Drained, Passed, Plane, TrafficLog};
use jiff::Timestamp;
use lifecycle::Occupancy;
use model::{
    DeploymentMeters, DeploymentName, EndpointMeters, EndpointName, Exchange, Fleet, InstanceId, Limits,
    MetersDocument, ServedDeployment, ServedLimits,
};
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

#[derive(Debug)]
struct Open {
    port: u16,
    counters: Counters,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Drained>,
}

#[derive(Debug)]
pub struct Doors {
    open: Mutex<BTreeMap<EndpointName, Open>>,
    fleet: watch::Receiver<Arc<Fleet>>,
    exchanges: mpsc::Sender<Exchange>,
    passed_limits: mpsc::UnboundedSender<Passed>,
    plane: Plane,
    pub(crate) traffic_log: TrafficLog,
    pub(crate) collector: Collector,
    pub(crate) minutes: Minutes,
}

impl Doors {
    pub fn new(
        fleet: watch::Receiver<Arc<Fleet>>,
        exchanges: mpsc::Sender<Exchange>,
        passed_limits: mpsc::UnboundedSender<Passed>,
        (traffic_log, collector): (TrafficLog, Collector),
    ) -> std::io::Result<Self> {
        let (open, plane, minutes) = (Mutex::default(), Plane::start()?, Minutes::default());
        Ok(Self { open, fleet, exchanges, passed_limits, plane, traffic_log, collector, minutes })
    }

    /// Serves the endpoint on this listener from now on.
    pub fn open(
        &self,
        endpoint: &EndpointName,
        listener: TcpListener,
        port: u16,
        seed: Option<u64>,
    ) -> std::io::Result<()> {
        let config = DoorConfig::new(endpoint.clone(), self.fleet.clone(), self.exchanges.clone());
        let passed_limits = Some(self.passed_limits.clone());
        let (traffic_log, collector) = (Some(self.traffic_log.clone()), Some(self.collector.clone()));
        let config = DoorConfig { seed, passed_limits, traffic_log, collector, ..config };
        let counters = config.counters.clone();
        let (stop, stopped) = oneshot::channel();
        let task = self.plane.open(listener, config, async {
            // A stopper that is gone asks for the stop, too.
            let _ = stopped.await;
        })?;
        self.lock().insert(endpoint.clone(), Open { port, counters, stop, task });
        // Its first minute begins now, not with the next look.
        self.minutes.look(Timestamp::now(), &self.counters());
        Ok(())
    }

    /// Accepts no more, and waits for what is in flight. Whether containers still work on abandoned requests.
    pub async fn close(&self, endpoint: &EndpointName) -> bool {
        let Some(open) = self.lock().remove(endpoint) else { return false };
        let _ = open.stop.send(());
        // How many were finished or cut, their exchanges tell.
        let _ = open.task.await;
        open.counters.deployments().values().any(|counts| counts.abandoned > 0)
    }

    pub fn ports(&self) -> BTreeMap<EndpointName, u16> {
        self.lock().iter().map(|(name, open)| (name.clone(), open.port)).collect()
    }

    /// Of every endpoint that is open.
    pub fn counters(&self) -> BTreeMap<EndpointName, Counters> {
        self.lock().iter().map(|(name, open)| (name.clone(), open.counters.clone())).collect()
    }

    /// All that is counted of every open endpoint.
    pub fn meters(&self) -> MetersDocument {
        let now = Timestamp::now();
        let endpoints = self.counters().into_iter().map(|(name, counters)| {
            let meters = counters.meters();
            let minutes = self.minutes.of(&name, now, &meters);
            let (limits, ready) = (self.served_limits(&name), self.ready(&name));
            (name, EndpointMeters { meters, minutes, limits, ready })
        });
        MetersDocument { endpoints: endpoints.collect(), traffic_log_dropped: self.traffic_log.dropped() }
    }

    fn served_limits(&self, endpoint: &EndpointName) -> BTreeMap<String, ServedLimits> {
        let fleet = self.fleet.borrow();
        let deployments = fleet.endpoints.get(endpoint).into_iter().flat_map(|endpoint| endpoint.deployments.values());
        let limits = |limits: &Limits| ServedLimits {
            request_timeout_ms: u64::try_from(limits.request_timeout.as_millis()).unwrap_or(u64::MAX),
            max_concurrent_requests_per_instance: limits.max_concurrent_requests_per_instance,
            instance_count: limits.instance_count,
        };
        deployments.map(|served| (served.name.to_string(), limits(&served.limits))).collect()
    }

    fn ready(&self, endpoint: &EndpointName) -> BTreeMap<String, BTreeMap<String, bool>> {
        let fleet = self.fleet.borrow();
        let deployments = fleet.endpoints.get(endpoint).into_iter().flat_map(|endpoint| endpoint.deployments.values());
        let instances = |served: &ServedDeployment| {
            served.instances.iter().map(|instance| (instance.id.to_string(), instance.ready)).collect()
        };
        deployments.map(|served| (served.name.to_string(), instances(served))).collect()
    }

    /// What a deployment that is served may take.
    pub fn limits(&self, endpoint: &EndpointName, deployment: &DeploymentName) -> Option<Limits> {
        Some(self.fleet.borrow().endpoints.get(endpoint)?.deployments.get(deployment)?.limits.clone())
    }

    /// By every deployment that was ever asked.
    pub fn counted(&self, endpoint: &EndpointName) -> BTreeMap<DeploymentName, DeploymentMeters> {
        let counters = self.lock().get(endpoint).map(|open| open.counters.clone());
        counters.map(|counters| counters.meters().deployments).unwrap_or_default()
    }

    /// Requests that nobody waits for any more and containers of this deployment still work on.
    pub fn abandoned(&self, endpoint: &EndpointName, deployment: &DeploymentName) -> u32 {
        self.lock().get(endpoint).map_or(0, |open| open.counters.deployment(deployment).abandoned)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<EndpointName, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the lifecycle asks the doors, which do not live on for it.
#[derive(Debug)]
pub struct Asked(pub Weak<Doors>);

#[async_trait]
impl Occupancy for Asked {
    async fn vacated(&self, instance: &InstanceId, generation: u64) {
        let of = |doors: Arc<Doors>| doors.lock().get(&instance.endpoint).map(|open| open.counters.clone());
        if let Some(counters) = self.0.upgrade().and_then(of) {
            counters.vacated(instance, generation).await;
        }
    }

    fn abandoned(&self, endpoint: &EndpointName, deployment: &DeploymentName) -> bool {
        self.0.upgrade().is_some_and(|doors| doors.abandoned(endpoint, deployment) > 0)
    }
}
