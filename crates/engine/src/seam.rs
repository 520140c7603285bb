//! The trait every engine fulfils.

use crate::{
    About, Base, EngineError, Exit, Found, InstanceHandle, KeptEnvironment, Labels, Launch, LogLine, LogSource, Memory,
    PortUse, Recipe, Started,
};
use async_trait::async_trait;
use futures_util::stream::BoxStream;
use std::collections::BTreeMap;
use std::time::Duration;

/// Where an engine says what it is doing while a person waits; must not block.
pub type Report<'a> = &'a (dyn Fn(String) + Send + Sync);

#[async_trait]
pub trait Engine: Send + Sync + std::fmt::Debug {
    async fn about(&self) -> Result<About, EngineError>;

    /// Makes sure that the base exists, making it at most once for equal recipes, also across processes.
    async fn prepare(&self, recipe: &Recipe, report: Report<'_>) -> Result<Base, EngineError>;

    /// What `prepare` made and what stays for the next start, by name.
    async fn kept(&self) -> Result<Vec<KeptEnvironment>, EngineError>;

    /// Removes what is kept under this name; refused while an instance stands on it. No error when it is gone.
    async fn discard(&self, name: &str) -> Result<(), EngineError>;

    /// Starts one instance and returns as soon as it runs, not when it is ready. A failed start leaves nothing behind.
    async fn start(&self, launch: &Launch) -> Result<Started, EngineError>;

    /// A running instance that an earlier process started, reached again at these ports.
    async fn attach(&self, handle: &InstanceHandle, ports: &BTreeMap<PortUse, u16>) -> Result<Started, EngineError>;

    /// Resolves when the instance has ended; at once when it has already.
    async fn wait(&self, handle: &InstanceHandle) -> Result<Exit, EngineError>;

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

    /// Instances that carry all these labels, running or not.
    async fn list(&self, labels: &Labels) -> Result<Vec<Found>, EngineError>;
}
