//! All of it together.

use crate::answer::Refusal;
use crate::collector::{self, Collections};
use crate::identity::{self, Identity};
use crate::listeners::Listeners;
use crate::pass::{Pass, Passes};
use crate::tokens::Tokens;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use diagnosis::Diagnosis;
use model::{EndpointName, EventKind, InstanceId};
use semantics::data_collector::{LONGEST, PATH};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::UnboundedSender;

#[derive(Debug)]
pub struct Setup {
    /// Where commands that print tokens run.
    pub project: PathBuf,
    /// Passes are made from it: kept, so that they are known again.
    pub secret: String,
    /// What is told to the person; no token is in it.
    pub events: UnboundedSender<EventKind>,
    pub collections: Arc<dyn Collections>,
}

/// Clones are handles on the same one; it ends with the last.
#[derive(Debug, Clone)]
pub struct Sidecar {
    shared: Arc<Shared>,
    listeners: Arc<Listeners>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub passes: Passes,
    pub tokens: Tokens,
    identities: Mutex<BTreeMap<EndpointName, Identity>>,
    told: Mutex<BTreeSet<String>>,
    events: UnboundedSender<EventKind>,
    pub collections: Arc<dyn Collections>,
}

impl Sidecar {
    pub fn new(setup: Setup) -> Self {
        let shared = Shared {
            passes: Passes::new(setup.secret),
            tokens: Tokens::new(setup.project),
            identities: Mutex::default(),
            told: Mutex::default(),
            events: setup.events,
            collections: setup.collections,
        };
        Self { shared: Arc::new(shared), listeners: Arc::default() }
    }

    /// The identity of an endpoint, from now on; whether it had another one before.
    pub fn identify(&self, endpoint: &EndpointName, identity: Identity) -> bool {
        lock(&self.shared.identities)
            .insert(endpoint.clone(), identity.clone())
            .is_some_and(|before| before != identity)
    }

    /// The port at an address of this machine; the same one as `recorded` where it can be had again.
    ///
    /// # Errors
    /// The address is none of this machine's, or has no port left.
    pub async fn port(&self, address: IpAddr, recorded: Option<u16>) -> io::Result<u16> {
        self.listeners.port(address, recorded, app(self.shared.clone())).await
    }

    pub fn say_once(&self, diagnosis: Diagnosis) {
        self.shared.tell_once("", EventKind::Said { diagnosis });
    }

    pub fn pass(&self, instance: &InstanceId) -> Pass {
        self.shared.passes.of(instance)
    }
}

fn app(shared: Arc<Shared>) -> Router {
    Router::new()
        .route(semantics::identity::PATH, get(identity::token))
        .route(PATH, post(collector::log).layer(DefaultBodyLimit::max(LONGEST)))
        .fallback(async || Refusal::unknown())
        .with_state(shared)
}

impl Shared {
    pub fn identity(&self, instance: &InstanceId) -> Identity {
        lock(&self.identities).get(&instance.endpoint).cloned().unwrap_or_default()
    }

    pub fn say_once(&self, endpoint: &EndpointName, diagnosis: Diagnosis) {
        self.tell_once(endpoint.as_str(), EventKind::Said { diagnosis });
    }

    /// `of`: what it does not say itself.
    pub fn tell_once(&self, of: &str, kind: EventKind) {
        if lock(&self.told).insert(format!("{of} {kind:?}")) {
            // Nobody listens any more: the emulator ends.
            let _ = self.events.send(kind);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
