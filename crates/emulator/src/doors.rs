//! One scoring listener per endpoint, opened and closed while the emulator runs.

use front_end::{Counters, DoorConfig, Drained, serve};
use model::{DeploymentName, EndpointName, Exchange, Fleet};
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
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
}

impl Doors {
    pub fn new(fleet: watch::Receiver<Arc<Fleet>>, exchanges: mpsc::Sender<Exchange>) -> Self {
        Self { open: Mutex::default(), fleet, exchanges }
    }

    /// Serves the endpoint on this listener from now on.
    pub fn open(&self, endpoint: &EndpointName, listener: TcpListener, port: u16) -> std::io::Result<()> {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let config = DoorConfig::new(endpoint.clone(), self.fleet.clone(), self.exchanges.clone());
        let counters = config.counters.clone();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, config, async {
            // A stopper that is gone asks for the stop, too.
            let _ = stopped.await;
        }));
        self.lock().insert(endpoint.clone(), Open { port, counters, stop, task });
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

    /// Whether containers of this endpoint, or of this deployment alone, still work on requests, abandoned ones too.
    pub fn busy(&self, endpoint: &EndpointName, deployment: Option<&DeploymentName>) -> bool {
        let counters = self.lock().get(endpoint).map(|open| open.counters.clone());
        let counts = counters.map(|counters| counters.deployments()).unwrap_or_default();
        let chosen = counts.iter().filter(|(name, _)| deployment.is_none_or(|wanted| wanted == *name));
        chosen.into_iter().any(|(_, counts)| counts.in_flight + counts.abandoned > 0)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<EndpointName, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
