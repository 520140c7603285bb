//! The Docker Engine API, by bollard. Works from API 1.41 on; podman's service speaks it too.

mod about;
mod body;
mod build;
mod container;
mod context;
mod demux;
mod discover;
mod facts;
mod failure;
mod fault;
mod image;
mod inspect;
mod kept;
mod logs;
mod marker;
mod memory;
mod nature;
mod oom_counter;
mod places;
mod reach;
mod remains;
mod standing;
mod watch;

pub use discover::{Discovery, Try, discover};
pub use places::Environment;

use about::Told;
use nature::Nature;
use reach::{Reach, Standing};

use crate::{
    About, Base, Engine, EngineError, Exit, Found, InstanceHandle, KeptEnvironment, Labels, Launch, LogLine, LogSource,
    Memory, PortUse, Recipe, Report, Started,
};
use async_trait::async_trait;
use bollard::Docker;
use futures_util::stream::BoxStream;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// Seconds for calls whose answer only begins when something has ended.
const VERY_LONG: Duration = Duration::from_secs(30 * 24 * 3600);

/// An engine that answered. Clones share the connection.
#[derive(Debug, Clone)]
pub struct DockerEngine {
    docker: Docker,
    about: About,
    nature: Nature,
    /// Its containers are processes of this machine.
    same_kernel: bool,
    cache: PathBuf,
    /// Where the marker's verdict on this engine is kept, and the verdict of this process.
    verdict: PathBuf,
    shares: Arc<OnceCell<bool>>,
}

impl DockerEngine {
    fn new(docker: Docker, standing: &Standing, address: &str, told: &Told, cache: PathBuf) -> Self {
        let (about, same_kernel) = (told.about(address, &standing.reach()), standing.same_kernel());
        let verdict = marker::verdict_file(&cache, &told.identity(&about.address));
        let known = about.shares_files.or_else(|| marker::known(&verdict));
        let about = About { shares_files: known, ..about };
        Self { docker, about, nature: told.nature(), same_kernel, cache, verdict, shares: Arc::default() }
    }

    /// For calls that take as long as they take: builds, pulls, waiting for an exit.
    fn patient(&self) -> Docker {
        self.docker.clone().with_timeout(VERY_LONG)
    }
}

#[async_trait]
impl Engine for DockerEngine {
    async fn about(&self) -> Result<About, EngineError> {
        let shares_files = self.about.shares_files.or_else(|| self.shares.get().copied());
        let reach = Reach { shares_files, ports: self.about.ports.clone() };
        Ok(about::ask(&self.docker).await?.about(&self.about.address, &reach))
    }

    async fn prepare(&self, recipe: &Recipe, report: Report<'_>) -> Result<Base, EngineError> {
        match recipe {
            Recipe::Image { image, pull } => self.prepare_image(image, *pull, report).await,
            Recipe::Derived { base, tag, dockerfile, files } => {
                self.prepare_derived(base, tag, dockerfile, files, report).await
            }
            Recipe::Context { folder, dockerfile, tag } => self.prepare_context(folder, dockerfile, tag, report).await,
            Recipe::Python { .. } => {
                Err(EngineError::Other("a container engine makes no virtual environments; give it an image".into()))
            }
        }
    }

    async fn kept(&self) -> Result<Vec<KeptEnvironment>, EngineError> {
        self.kept_images().await
    }

    async fn discard(&self, name: &str) -> Result<(), EngineError> {
        self.discard_image(name).await
    }

    async fn start(&self, launch: &Launch) -> Result<Started, EngineError> {
        self.start_container(launch).await
    }

    async fn attach(&self, handle: &InstanceHandle, ports: &BTreeMap<PortUse, u16>) -> Result<Started, EngineError> {
        self.attach_container(handle, ports).await
    }

    async fn out_of_memory(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.wait_for_out_of_memory(handle).await
    }

    async fn memory(&self, handle: &InstanceHandle) -> Result<Memory, EngineError> {
        self.memory_of(handle).await
    }

    async fn wait(&self, handle: &InstanceHandle) -> Result<Exit, EngineError> {
        self.wait_for_exit(handle).await
    }

    async fn logs(
        &self,
        handle: &InstanceHandle,
        source: LogSource,
    ) -> Result<BoxStream<'static, LogLine>, EngineError> {
        self.log_lines(handle, source).await
    }

    async fn kill(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.kill_container(handle).await
    }

    async fn freeze(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.pause_container(handle).await
    }

    async fn resume(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.unpause_container(handle).await
    }

    async fn exhaust_memory(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.exhaust(handle).await
    }

    async fn stop(&self, handle: &InstanceHandle, grace: Duration) -> Result<(), EngineError> {
        self.stop_container(handle, grace).await
    }

    async fn remove(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.remove_container(handle).await
    }

    async fn list(&self, labels: &Labels) -> Result<Vec<Found>, EngineError> {
        self.list_containers(labels).await
    }
}
