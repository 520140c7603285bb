//! The trait every engine fulfils.

use crate::{
    About, Base, BuildTerms, EngineError, Entered, Entry, Exit, Found, InstanceHandle, Inventory, KeptEnvironment,
    Labels, Launch, LogLine, LogSource, Memory, Outward, PortUse, Recipe, Started, WayBack,
};
use async_trait::async_trait;
use futures_util::stream::BoxStream;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// Where an engine says what it is doing while a person waits; must not block.
pub type Report<'a> = &'a (dyn Fn(String) + Send + Sync);

#[async_trait]
pub trait Engine: Send + Sync + std::fmt::Debug {
    async fn about(&self) -> Result<About, EngineError>;

    /// How the instances that it starts reach this process.
    ///
    /// # Errors
    /// `Unsupported`: they do not; why.
    async fn way_back(&self, outward: &Outward) -> Result<WayBack, EngineError>;

    /// Whether it can keep an instance from reaching out.
    ///
    /// # Errors
    /// `Unsupported`: it cannot; why.
    async fn closes(&self) -> Result<(), EngineError> {
        Err(EngineError::Unsupported("processes have this machine's own network".into()))
    }

    /// Whether an instance of this base reaches what listens at this port of `way_back`'s address; also where nothing in
    /// the base can tell.
    async fn reaches_back(&self, base: &Base, way: &WayBack, port: u16) -> Result<bool, EngineError>;

    /// Makes sure that the base exists, making it at most once for equal recipes, also across processes.
    async fn prepare(&self, recipe: &Recipe, terms: &BuildTerms, report: Report<'_>) -> Result<Base, EngineError>;

    /// What `prepare` made and what stays for the next start, by name.
    async fn kept(&self) -> Result<Vec<KeptEnvironment>, EngineError>;

    /// Removes what is kept under this name; refused while an instance stands on it. No error when it is gone.
    async fn discard(&self, name: &str) -> Result<(), EngineError>;

    /// What `prepare` would give, where it is there already: nothing is made, and nobody is asked.
    async fn find(&self, recipe: &Recipe) -> Result<Option<Base>, EngineError>;

    /// What is installed in a base; `None`: it has no Python that could tell.
    async fn inventory(&self, _: &Base) -> Result<Option<Inventory>, EngineError> {
        Ok(None)
    }

    /// Writes what is kept or was pulled under these names as one archive; its bytes.
    ///
    /// # Errors
    /// `Unsupported`: what is made here works at its own place alone.
    async fn save(
        &self,
        _names: &[String],
        _out: &mut (dyn AsyncWrite + Send + Unpin),
        _report: Report<'_>,
    ) -> Result<u64, EngineError> {
        Err(EngineError::Unsupported(
            "only images can be moved: a virtual environment works at its own path alone".into(),
        ))
    }

    /// Takes such an archive in; the names of what was in it.
    ///
    /// # Errors
    /// `Unsupported` as with `save`.
    async fn load(
        &self,
        _archive: Box<dyn AsyncRead + Send + Unpin>,
        _report: Report<'_>,
    ) -> Result<Vec<String>, EngineError> {
        Err(EngineError::Unsupported("only a container engine takes images".into()))
    }

    /// Starts one instance and returns as soon as it runs, not when it is ready. A failed start leaves nothing behind.
    async fn start(&self, launch: &Launch) -> Result<Started, EngineError>;

    /// A running instance that an earlier process started, reached again at these ports.
    async fn attach(&self, handle: &InstanceHandle, ports: &BTreeMap<PortUse, u16>) -> Result<Started, EngineError>;

    /// Resolves when the instance has ended; at once when it has already.
    async fn wait(&self, handle: &InstanceHandle) -> Result<Exit, EngineError>;

    /// Resolves at the moment of its end, where that is known before `wait` tells how it ended, also of an engine that has
    /// gone away meanwhile; never elsewhere.
    async fn died(&self, _: &InstanceHandle) -> Result<(), EngineError> {
        std::future::pending().await
    }

    /// Both outputs, lines in the order of arrival; ends with the instance when followed.
    async fn logs(
        &self,
        handle: &InstanceHandle,
        source: LogSource,
    ) -> Result<BoxStream<'static, LogLine>, EngineError>;

    /// Resolves when a process of the instance is killed because memory ran out, from now on; never where the engine
    /// does not tell. The instance itself may live on.
    async fn out_of_memory(&self, handle: &InstanceHandle) -> Result<(), EngineError>;

    /// What it has used of its memory.
    async fn memory(&self, handle: &InstanceHandle) -> Result<Memory, EngineError>;

    /// Starts a command beside what the instance runs, for whoever asked: it does not end with them.
    ///
    /// # Errors
    /// `Unsupported`: nothing here tells what the instance has.
    async fn enter(&self, handle: &InstanceHandle, entry: &Entry) -> Result<Entered, EngineError>;

    /// Kills it at once, as the kernel would; `wait` tells. No error when it is gone.
    async fn kill(&self, handle: &InstanceHandle) -> Result<(), EngineError>;

    /// Nothing in it runs any more until it is resumed; it can be killed, stopped and removed. No error when it is frozen
    /// already, or gone.
    async fn freeze(&self, handle: &InstanceHandle) -> Result<(), EngineError>;

    /// No error when it runs, or is gone.
    async fn resume(&self, handle: &InstanceHandle) -> Result<(), EngineError>;

    /// Takes memory inside the instance until the kernel kills its main process for it; resolves then. The limit is
    /// lowered first, to little above what is used, so that the machine is not short of memory.
    ///
    /// # Errors
    /// `Unsupported`: no limit is kept here, or nothing in the image can take memory.
    async fn exhaust_memory(&self, handle: &InstanceHandle) -> Result<(), EngineError>;

    /// Asks to stop, and kills after the grace. No error when it is gone.
    async fn stop(&self, handle: &InstanceHandle, grace: Duration) -> Result<(), EngineError>;

    /// Removes every trace of the instance, killing it when it runs. No error when it is gone.
    async fn remove(&self, handle: &InstanceHandle) -> Result<(), EngineError>;

    /// Removes what a killed process left in the middle of making something, and this network without a way out where
    /// nobody is on it.
    async fn tidy(&self, _network: Option<&str>) -> Result<(), EngineError> {
        Ok(())
    }

    /// Instances that carry all these labels, running or not.
    async fn list(&self, labels: &Labels) -> Result<Vec<Found>, EngineError>;
}
