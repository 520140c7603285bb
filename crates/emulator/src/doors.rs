//! One scoring listener per endpoint, opened and closed while the emulator runs.

use front_end::{Counters, DoorConfig, Drained, serve};
use model::{EndpointName, Exchange, Fleet};
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

    /// Accepts no more, and waits for what is in flight.
    pub async fn close(&self, endpoint: &EndpointName) -> Drained {
        let Some(open) = self.lock().remove(endpoint) else { return Drained::default() };
        let _ = open.stop.send(());
        open.task.await.unwrap_or_default()
    }

    pub fn ports(&self) -> BTreeMap<EndpointName, u16> {
        self.lock().iter().map(|(name, open)| (name.clone(), open.port)).collect()
    }

    /// Requests nobody waits for any more, on which containers of this endpoint still work.
    pub fn abandoned(&self, endpoint: &EndpointName) -> u32 {
        let counters = self.lock().get(endpoint).map(|open| open.counters.clone());
        let counts = counters.map(|counters| counters.deployments()).unwrap_or_default();
        counts.values().map(|counts| counts.abandoned).sum()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<EndpointName, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
