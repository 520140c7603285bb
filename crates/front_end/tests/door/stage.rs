//! An open door with a fleet behind it.

use crate::client::KEY;
use crate::container::Container;
use crate::scene;
use front_end::{Counters, DeploymentCounts, DoorConfig, Drained, Following, serve};
use model::{
    Auth, DeploymentName, EndpointName, Exchange, Fleet, InstanceId, Limits, Profile, RateLimits, ServedDeployment,
    ServedEndpoint, ServedInstance, UpstreamMode,
};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

pub struct Stage {
    pub door: SocketAddr,
    pub counters: Counters,
    fleet: watch::Sender<Arc<Fleet>>,
    exchanges: mpsc::Receiver<Exchange>,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<Drained>,
    following: Option<Following>,
    /// Gone with the stage.
    _spilled: tempfile::TempDir,
}

pub fn endpoint_name() -> EndpointName {
    EndpointName::new("credit")
}

pub fn name(deployment: &str) -> DeploymentName {
    DeploymentName::new(deployment)
}

pub fn instance(deployment: &str, number: u32, address: SocketAddr) -> ServedInstance {
    let id = InstanceId { endpoint: endpoint_name(), deployment: name(deployment), number };
    ServedInstance { id, generation: 0, address, ready: true }
}

/// `blue` with one ready instance an address, one request at a time each, 5 s.
pub fn deployment(deployment: &str, addresses: &[SocketAddr]) -> ServedDeployment {
    let numbered = (0..).zip(addresses).map(|(number, address)| instance(deployment, number, *address));
    let limits = Limits {
        request_timeout: Duration::from_secs(5),
        max_concurrent_requests_per_instance: 1,
        instance_count: addresses.len().max(1) as u32,
        max_queue_wait: Duration::from_millis(500),
    };
    ServedDeployment {
        name: name(deployment),
        limits,
        scoring_path: "/score".into(),
        upstream: UpstreamMode::WholeBodyThenClose,
        instances: numbered.collect(),
        faults: vec![],
        collector: None,
    }
}

/// All traffic to the first.
pub fn endpoint(deployments: Vec<ServedDeployment>) -> ServedEndpoint {
    let traffic = deployments.iter().take(1).map(|first| (first.name.clone(), 100)).collect();
    ServedEndpoint {
        name: endpoint_name(),
        profile: Profile::Managed,
        auth: Auth::Keys(vec![semantics::auth::key_hash(KEY)]),
        traffic,
        mirror: None,
        rate_limits: RateLimits::Off,
        deployments: deployments.into_iter().map(|served| (served.name.clone(), Arc::new(served))).collect(),
    }
}

pub fn fleet(endpoint: ServedEndpoint) -> Arc<Fleet> {
    Arc::new(Fleet { endpoints: [(endpoint.name.clone(), Arc::new(endpoint))].into() })
}

impl Stage {
    pub async fn open(endpoint: ServedEndpoint) -> Self {
        Self::with(endpoint, |_| {}).await
    }

    /// `blue` over these containers, changed as wanted.
    pub async fn blue(containers: &[&Container], change: impl FnOnce(&mut ServedDeployment)) -> Self {
        let addresses: Vec<_> = containers.iter().map(|container| container.address).collect();
        let mut blue = deployment("blue", &addresses);
        change(&mut blue);
        Self::open(endpoint(vec![blue])).await
    }

    pub async fn with(endpoint: ServedEndpoint, configure: impl FnOnce(&mut DoorConfig)) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let door = listener.local_addr().unwrap();
        let (fleet, current) = watch::channel(fleet(endpoint));
        let (sender, exchanges) = mpsc::channel(1024);
        let spilled = tempfile::tempdir().unwrap();
        let mut config = DoorConfig::new(endpoint_name(), current, sender);
        config.spill_folder = Some(Arc::new(spilled.path().to_owned()));
        configure(&mut config);
        let counters = config.counters.clone();
        scene::door(counters.clone(), door.port(), spilled.path().to_owned());
        let following = Some(counters.follow());
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(serve(listener, config, async { drop(stopped.await) }));
        Self { door, counters, fleet, exchanges, stop: Some(stop), served, following, _spilled: spilled }
    }

    pub fn publish(&self, endpoint: ServedEndpoint) {
        self.fleet.send_replace(fleet(endpoint));
    }

    pub fn counts(&self) -> DeploymentCounts {
        self.counters.deployment(&name("blue"))
    }

    pub async fn exchange(&mut self) -> Exchange {
        self.exchanges.recv().await.unwrap()
    }

    pub fn no_exchange(&mut self) -> bool {
        self.exchanges.try_recv().is_err()
    }

    /// Lets everything run until the counts are these.
    pub async fn until(&self, in_flight: u32, queued: u32, abandoned: u32) {
        let wanted = DeploymentCounts { in_flight, queued, abandoned };
        let reached = async {
            while self.counts() != wanted {
                tokio::task::yield_now().await;
            }
        };
        let limit = tokio::time::timeout(Duration::from_secs(20), reached).await;
        limit.unwrap_or_else(|_| panic!("wanted {wanted:?}, have {:?}", self.counts()));
    }

    /// From now on only failed requests are told.
    pub fn unfollow(&mut self) {
        self.following = None;
    }

    /// Lets everything run until no request is open.
    pub async fn quiet(&self) {
        while self.counters.open_requests() > 0 {
            tokio::task::yield_now().await;
        }
    }

    pub fn stop(&mut self) {
        self.stop = None;
    }

    pub async fn drained(self) -> Drained {
        self.served.await.unwrap()
    }
}
