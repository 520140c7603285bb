//! What instances find beside them, at an address that those of their engine reach.

use crate::scripts::Scripts;
use async_trait::async_trait;
use control::state::{ProjectFolder, SidecarState};
use diagnosis::{Diagnosis, local};
use engine::{Base, Engine, EngineError, Outward};
use front_end::Collector;
use lifecycle::plan::Sidecar as Told;
use lifecycle::{Lifecycle, Sidecars};
use model::{Desired, DesiredEndpoint, InstanceId, TokenSource};
use sidecar::{Identity, Setup, Sidecar};
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

#[derive(Debug, Clone)]
pub struct Beside {
    sidecar: Sidecar,
    folder: ProjectFolder,
    state: Arc<Mutex<SidecarState>>,
    /// `[identity]` as it was last put.
    source: Arc<Mutex<TokenSource>>,
    collected: Arc<Scripts>,
}

impl Beside {
    pub fn new(
        folder: &ProjectFolder,
        project: &Path,
        lifecycle: &Lifecycle,
        collector: Collector,
    ) -> Result<Self, Diagnosis> {
        let state = folder.sidecar()?;
        let (events, mut told) = mpsc::unbounded_channel();
        let (said, secret) = (lifecycle.clone(), state.secret.0.clone());
        tokio::spawn(async move {
            while let Some(kind) = told.recv().await {
                said.events().say(kind);
            }
        });
        let collected = Arc::new(Scripts::new(collector));
        let collections = collected.clone();
        let sidecar = Sidecar::new(Setup { project: project.to_owned(), secret, events, collections });
        let (state, source) = (Arc::new(Mutex::new(state)), Arc::default());
        Ok(Self { sidecar, folder: folder.clone(), state, source, collected })
    }

    /// The identities of what is wanted, from now on; whether any is another one than before.
    pub fn put(&self, desired: &Desired) -> bool {
        self.collected.put(desired);
        let source = &desired.options.identity;
        *self.source.lock().unwrap_or_else(PoisonError::into_inner) = source.clone();
        let put = |wanted: &DesiredEndpoint| {
            let identity = Identity { written: wanted.endpoint.identity.clone(), source: source.clone() };
            self.sidecar.identify(&wanted.endpoint.name, identity)
        };
        desired.endpoints.iter().map(put).fold(false, |changed, one| changed | one)
    }

    fn source(&self) -> TokenSource {
        self.source.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The port at this address, the same one as of an earlier emulator where it can be had.
    async fn port(&self, address: IpAddr) -> Result<u16, Diagnosis> {
        let recorded = self.state.lock().unwrap_or_else(PoisonError::into_inner).ports.get(&address).copied();
        let port =
            self.sidecar.port(address, recorded).await.map_err(|error| unreachable(&format!("{address}: {error}")))?;
        if recorded != Some(port) {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.ports.insert(address, port);
            self.folder.write_sidecar(&state)?;
        }
        Ok(port)
    }

    async fn reached(
        &self,
        instance: &InstanceId,
        engine: &dyn Engine,
        (base, outward): (&Base, &Outward),
    ) -> Result<Told, Diagnosis> {
        let told = |error: EngineError| unreachable(&error.to_string());
        let way = engine.way_back(outward).await.map_err(told)?;
        let port = self.port(way.listen).await?;
        if !engine.reaches_back(base, &way, port).await.map_err(told)? {
            let why = format!("they do not reach this machine at {}, which a firewall may be the reason of", way.host);
            return Err(unreachable(&why).remedy(FIREWALL));
        }
        let identity = self.source() != TokenSource::Machine;
        Ok(Told { host: way.host, port, pass: self.sidecar.pass(instance).text().to_owned(), identity })
    }
}

const FIREWALL: &str = "let connections of containers to this machine pass (ufw: `sudo ufw allow in on docker0`), \
                        then `local-endpoint down` and `up`; or use `--engine process`";

fn unreachable(why: &str) -> Diagnosis {
    Diagnosis::warning(local::IDENTITY_UNREACHABLE, format!("instances cannot be given tokens ([identity]): {why}"))
}

/// The package prints then, as in azure-ai-ml's local mode.
fn uncollected(why: &Diagnosis) -> Diagnosis {
    let reason = why.message.split_once(": ").map_or(why.message.as_str(), |(_, reason)| reason);
    let message = format!("what scripts collect is in their log alone, and in no file: {reason}");
    Diagnosis::warning(local::COLLECTOR_UNREACHABLE, message)
}

#[async_trait]
impl Sidecars for Beside {
    async fn beside(&self, instance: &InstanceId, engine: &dyn Engine, launched: (&Base, &Outward)) -> Option<Told> {
        let (source, collects) = (self.source(), self.collected.of(instance).is_some());
        if source == TokenSource::Machine && !collects {
            return None;
        }
        match self.reached(instance, engine, launched).await {
            Ok(told) => Some(told),
            Err(why) => {
                if collects {
                    self.sidecar.say_once(uncollected(&why));
                }
                if !matches!(source, TokenSource::Off | TokenSource::Machine) {
                    self.sidecar.say_once(why);
                }
                Some(Told::unreachable(source != TokenSource::Machine))
            }
        }
    }
}
