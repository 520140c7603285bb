//! Virtual environments and child processes, where no container engine answers.

mod command;
mod enter;
mod environment;
pub(crate) mod group;
mod install;
mod instance;
mod kept;
mod output;
mod python;
mod record;
mod root;
mod scratch;
mod start;
mod watchdog;

use crate::inventory;
use crate::{
    About, Base, BuildTerms, Engine, EngineError, EngineKind, Entered, Entry, Exit, Found, InstanceHandle, Inventory,
    KeptEnvironment, Labels, Launch, LogLine, LogSource, Memory, Outward, PortUse, ProcessConfig, Recipe, Report,
    Started, WayBack,
};
use async_trait::async_trait;
use environment::{Environments, Wanted};
use futures_util::stream::BoxStream;
use instance::Instance;
use record::{Ledger, Record};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use watchdog::Watchdog;

/// Instances are children of this process and end with it.
#[derive(Debug)]
pub struct ProcessEngine {
    environments: Environments,
    ledger: Ledger,
    watchdog: Arc<Mutex<Watchdog>>,
    instances: Mutex<HashMap<InstanceHandle, Arc<Instance>>>,
}

impl ProcessEngine {
    pub fn new(config: ProcessConfig) -> Self {
        let watchdog = Arc::new(Mutex::new(Watchdog::new(config.reaper)));
        let folder = config.cache.join("environments");
        Self {
            environments: Environments { cache: config.cache, folder, watchdog: Arc::clone(&watchdog) },
            ledger: Ledger(config.ledger),
            watchdog,
            instances: Mutex::default(),
        }
    }

    fn instances(&self) -> MutexGuard<'_, HashMap<InstanceHandle, Arc<Instance>>> {
        self.instances.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// No error when it is gone.
    fn signal(&self, handle: &InstanceHandle, signal: fn(&group::Group)) -> Result<(), EngineError> {
        let group = match self.find(handle) {
            Ok(Ok(instance)) => Some(instance.group.clone()),
            Ok(Err(record)) => record.group,
            Err(_) => None,
        };
        group.as_ref().into_iter().for_each(signal);
        Ok(())
    }

    /// One of our own; else the record of another process's, if there is one.
    fn find(&self, handle: &InstanceHandle) -> Result<Result<Arc<Instance>, Record>, EngineError> {
        if let Some(instance) = self.instances().get(handle) {
            return Ok(Ok(Arc::clone(instance)));
        }
        self.ledger.read(&handle.0).map(Err).ok_or(EngineError::NoSuchInstance)
    }
}

#[async_trait]
impl Engine for ProcessEngine {
    async fn about(&self) -> Result<About, EngineError> {
        let python = python::choose(None, None, &|_| ()).await?;
        Ok(About {
            kind: EngineKind::Process,
            version: format!("processes (Python {})", python.version),
            address: python.program.display().to_string(),
            shares_files: Some(true),
            ports: crate::Ports::Loopback,
            gpus: false,
            cpus: std::thread::available_parallelism().map_or(1, |count| u32::try_from(count.get()).unwrap_or(1)),
            memory_bytes: memory().await.unwrap_or(0),
            arch: std::env::consts::ARCH.to_owned(),
        })
    }

    async fn way_back(&self, _: &Outward) -> Result<WayBack, EngineError> {
        let listen = std::net::Ipv4Addr::LOCALHOST.into();
        Ok(WayBack { listen, host: std::net::Ipv4Addr::LOCALHOST.to_string(), outward: Outward::Open })
    }

    async fn reaches_back(&self, _: &Base, _: &WayBack, _: u16) -> Result<bool, EngineError> {
        Ok(true)
    }

    async fn prepare(&self, recipe: &Recipe, terms: &BuildTerms, report: Report<'_>) -> Result<Base, EngineError> {
        match recipe {
            Recipe::Python { key, requirements, python } => {
                let wanted = Wanted { key, requirements, python: python.as_deref(), terms };
                self.environments.prepare(&wanted, report).await
            }
            Recipe::Image { .. } | Recipe::Derived { .. } | Recipe::Context { .. } => {
                Err(EngineError::Other("images need a container engine; the process engine has none".into()))
            }
        }
    }

    async fn find(&self, recipe: &Recipe) -> Result<Option<Base>, EngineError> {
        Ok(match recipe {
            Recipe::Python { key, .. } => self.environments.find(key),
            Recipe::Image { .. } | Recipe::Derived { .. } | Recipe::Context { .. } => None,
        })
    }

    async fn kept(&self) -> Result<Vec<KeptEnvironment>, EngineError> {
        self.kept_environments()
    }

    async fn discard(&self, name: &str) -> Result<(), EngineError> {
        self.discard_environment(name)
    }

    async fn inventory(&self, base: &Base) -> Result<Option<Inventory>, EngineError> {
        let python = std::path::Path::new(&base.name).join("bin/python");
        let output = tokio::process::Command::new(&python).args(["-I", "-c", inventory::ASK]).output().await;
        let output = output.map_err(|error| EngineError::Other(format!("{}: {error}", python.display())))?;
        Ok(inventory::told(&String::from_utf8_lossy(&output.stdout)))
    }

    async fn start(&self, launch: &Launch) -> Result<Started, EngineError> {
        self.start_process(launch)
    }

    /// An emulator's processes end with it: the watchdog sees to that, so there is none to come back to.
    async fn attach(&self, _: &InstanceHandle, _: &BTreeMap<PortUse, u16>) -> Result<Started, EngineError> {
        Err(EngineError::NoSuchInstance)
    }

    /// No limit is kept and nobody tells.
    async fn out_of_memory(&self, _: &InstanceHandle) -> Result<(), EngineError> {
        std::future::pending().await
    }

    async fn memory(&self, handle: &InstanceHandle) -> Result<Memory, EngineError> {
        let group = match self.find(handle)? {
            Ok(instance) => Some(instance.group.clone()),
            Err(record) => record.group,
        };
        Ok(Memory { used: group.and_then(|group| group.resident()), ..Memory::default() })
    }

    async fn enter(&self, handle: &InstanceHandle, entry: &Entry) -> Result<Entered, EngineError> {
        let group = match self.find(handle)? {
            Ok(instance) => Some(instance.group.clone()),
            Err(record) => record.group,
        };
        enter::beside(&group.ok_or(EngineError::NoSuchInstance)?, entry).map(Entered::Here)
    }

    async fn wait(&self, handle: &InstanceHandle) -> Result<Exit, EngineError> {
        match self.find(handle)? {
            Ok(instance) => Ok(instance.wait().await),
            Err(record) => {
                on_group(&record, |group| while !group.gone_within(Duration::from_secs(1)) {}).await;
                Ok(instance::unknown("it was another process's child: how it ended is not known"))
            }
        }
    }

    async fn logs(
        &self,
        handle: &InstanceHandle,
        source: LogSource,
    ) -> Result<BoxStream<'static, LogLine>, EngineError> {
        let other = "only the process that started it has its log";
        self.find(handle)?.map(|instance| instance.output.lines(source)).map_err(|_| EngineError::Other(other.into()))
    }

    async fn kill(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.signal(handle, group::Group::kill)
    }

    async fn freeze(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.signal(handle, group::Group::freeze)
    }

    async fn resume(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.signal(handle, group::Group::resume)
    }

    async fn exhaust_memory(&self, _: &InstanceHandle) -> Result<(), EngineError> {
        Err(EngineError::Unsupported("a process has no memory limit of its own: nothing kills it before the machine's memory is used up; a container engine keeps one".into()))
    }

    async fn stop(&self, handle: &InstanceHandle, grace: Duration) -> Result<(), EngineError> {
        match self.find(handle) {
            Ok(Ok(instance)) => instance.stop(grace).await,
            Ok(Err(record)) => on_group(&record, move |group| end(group, grace)).await,
            Err(_) => {}
        }
        Ok(())
    }

    async fn remove(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        match self.find(handle) {
            Ok(Ok(instance)) => instance.kill().await,
            Ok(Err(record)) => on_group(&record, |group| end(group, Duration::ZERO)).await,
            Err(_) => return Ok(()),
        }
        let Some(record) = self.ledger.read(&handle.0) else { return Ok(()) };
        self.forget(&record)?;
        self.instances().remove(handle);
        Ok(())
    }

    async fn list(&self, labels: &Labels) -> Result<Vec<Found>, EngineError> {
        Ok(self.ledger.with(labels)?.into_iter().map(found).collect())
    }
}

fn found(record: Record) -> Found {
    let running = record.is_running();
    let (handle, name, labels) = (InstanceHandle(record.name.clone()), record.name, record.labels);
    Found { handle, name, running, labels, elsewhere: None }
}

fn end(group: &group::Group, grace: Duration) {
    if grace > Duration::ZERO {
        group.terminate();
    }
    if !group.gone_within(grace) {
        group.kill();
        group.gone_within(Duration::from_secs(10));
    }
}

/// Groups of other processes are asked, which blocks.
async fn on_group(record: &Record, what: impl FnOnce(&group::Group) + Send + 'static) {
    if let Some(group) = record.group.clone() {
        // A panic in there is a panic here.
        tokio::task::spawn_blocking(move || what(&group)).await.unwrap_or_else(|error| panic!("{error}"));
    }
}

/// `None` where the system does not say it in `/proc`.
async fn memory() -> Option<u64> {
    let text = tokio::fs::read_to_string("/proc/meminfo").await.ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
