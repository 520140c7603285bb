//! The debug ports that are open, one for each deployment that runs with `--debug`.

use crate::debug_port::{Debuggee, serve};
use model::{DeploymentName, EndpointName};
use std::collections::BTreeMap;
use std::io;
use std::net::TcpListener;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::task::JoinSet;

type Key = (EndpointName, DeploymentName);

#[derive(Debug, Default)]
pub struct DebugPorts(Mutex<BTreeMap<Key, Open>>);

#[derive(Debug)]
struct Open {
    port: u16,
    /// One task, which ends when this is dropped.
    _task: JoinSet<()>,
}

impl DebugPorts {
    pub fn open(&self, listener: TcpListener, port: u16, debuggee: Debuggee) -> io::Result<()> {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let key = (debuggee.endpoint.clone(), debuggee.deployment.clone());
        let mut task = JoinSet::new();
        task.spawn(serve(listener, debuggee));
        self.lock().insert(key, Open { port, _task: task });
        Ok(())
    }

    pub fn port(&self, endpoint: &EndpointName, deployment: &DeploymentName) -> Option<u16> {
        self.lock().get(&(endpoint.clone(), deployment.clone())).map(|open| open.port)
    }

    pub fn close(&self, endpoint: &EndpointName, deployment: &DeploymentName) {
        self.lock().remove(&(endpoint.clone(), deployment.clone()));
    }

    pub fn close_all(&self, endpoint: &EndpointName) {
        self.lock().retain(|(of, _), _| of != endpoint);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
