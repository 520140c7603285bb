//! The Docker Engine API, by bollard. Works from API 1.41 on; podman's service speaks it too.

mod about;
mod authority;
mod body;
mod bridge;
mod build;
mod buildkit;
mod buildkit_client;
mod buildkit_lines;
mod closed;
mod container;
mod context;
mod context_build;
mod death;
mod demux;
mod discover;
mod dockerfile;
mod enter;
mod facts;
mod failure;
mod fault;
mod image;
mod inspect;
mod install;
mod install_script;
mod inventory;
mod kept;
mod login;
mod logs;
mod marker;
mod memory;
mod nature;
mod oom_counter;
mod places;
mod pull;
mod reach;
mod reached;
mod reference;
mod remains;
mod source;
mod ssh;
mod standing;
mod tidy;
mod transfer;
mod user;
mod watch;
mod way_back;

pub use discover::{Discovery, Try, discover};
pub use places::Environment;
pub use reference::registry;

use about::Told;
use login::Logins;
use nature::Nature;
use reach::{Back, Reach, Standing};

use crate::{
    About, Base, BuildTerms, Engine, EngineError, Entered, Entry, Exit, Found, InstanceHandle, Inventory,
    KeptEnvironment, Labels, Launch, LogLine, LogSource, Memory, Outward, PortUse, Recipe, Report, Started, WayBack,
};
use async_trait::async_trait;
use bollard::Docker;
use futures_util::stream::BoxStream;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Mutex, OnceCell, RwLock};

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
    /// How its containers reach us.
    back: Back,
    /// The id of our own container, where this engine runs it.
    inside: Option<String>,
    logins: Logins,
    cache: PathBuf,
    /// Where the marker's verdict on this engine is kept, and the verdict of this process.
    verdict: PathBuf,
    shares: Arc<OnceCell<bool>>,
    /// By which names its containers reach us, as far as was asked.
    reached: Arc<Mutex<BTreeMap<String, bool>>>,
    /// Held while a network without a way out is made or removed, and shared by whoever starts a container on it.
    networks: Arc<RwLock<()>>,
}

impl DockerEngine {
    fn new(docker: Docker, standing: &Standing, address: &str, told: &Told, cache: PathBuf) -> Self {
        let (about, same_kernel) = (told.about(address, &standing.reach()), standing.same_kernel());
        let back = standing.back();
        let verdict = marker::verdict_file(&cache, &told.identity(&about.address));
        let known = about.shares_files.or_else(|| marker::known(&verdict));
        let about = About { shares_files: known, ..about };
        Self {
            docker,
            about,
            nature: told.nature(),
            same_kernel,
            back,
            inside: standing.own.as_ref().and_then(|_| standing::own_container_id()),
            logins: Logins::default(),
            cache,
            verdict,
            shares: Arc::default(),
            reached: Arc::default(),
            networks: Arc::default(),
        }
    }

    fn with_logins(self, logins: Logins) -> Self {
        Self { logins, ..self }
    }

    /// A user in a container is the one who has that number here.
    fn same_users(&self) -> bool {
        self.same_kernel && !self.nature.maps_users()
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

    async fn way_back(&self, outward: &Outward) -> Result<WayBack, EngineError> {
        self.way_back_from_containers(outward).await
    }

    async fn closes(&self) -> Result<(), EngineError> {
        self.closes_networks()
    }

    async fn reaches_back(&self, base: &Base, way: &WayBack, port: u16) -> Result<bool, EngineError> {
        self.container_reaches(base, way, port).await
    }

    async fn prepare(&self, recipe: &Recipe, terms: &BuildTerms, report: Report<'_>) -> Result<Base, EngineError> {
        match recipe {
            Recipe::Image { image, pull } => self.prepare_image(image, *pull, terms, report).await,
            Recipe::Derived { base, tag, install } => self.prepare_derived(base, (tag, install), terms, report).await,
            Recipe::Context { folder, dockerfile, pull } => {
                self.prepare_context((folder, dockerfile, *pull), terms, report).await
            }
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

    async fn find(&self, recipe: &Recipe) -> Result<Option<Base>, EngineError> {
        self.find_image(recipe).await
    }

    async fn inventory(&self, base: &Base) -> Result<Option<Inventory>, EngineError> {
        self.inventory_of(base).await
    }

    async fn save(
        &self,
        names: &[String],
        out: &mut (dyn AsyncWrite + Send + Unpin),
        report: Report<'_>,
    ) -> Result<u64, EngineError> {
        self.save_images(names, out, report).await
    }

    async fn load(
        &self,
        archive: Box<dyn AsyncRead + Send + Unpin>,
        report: Report<'_>,
    ) -> Result<Vec<String>, EngineError> {
        self.load_images(archive, report).await
    }

    async fn start(&self, launch: &Launch) -> Result<Started, EngineError> {
        self.start_closed(launch).await
    }

    async fn attach(&self, handle: &InstanceHandle, ports: &BTreeMap<PortUse, u16>) -> Result<Started, EngineError> {
        self.attach_container(handle, ports).await
    }

    async fn out_of_memory(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.wait_for_out_of_memory(handle).await
    }

    async fn enter(&self, handle: &InstanceHandle, entry: &Entry) -> Result<Entered, EngineError> {
        self.enter_container(handle, entry).await
    }

    async fn memory(&self, handle: &InstanceHandle) -> Result<Memory, EngineError> {
        self.memory_of(handle).await
    }

    async fn died(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.wait_for_death(handle).await
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
        self.remove_instance(handle).await
    }

    async fn tidy(&self, network: Option<&str>) -> Result<(), EngineError> {
        self.tidy_up(network).await
    }

    async fn list(&self, labels: &Labels) -> Result<Vec<Found>, EngineError> {
        self.list_containers(labels).await
    }
}
