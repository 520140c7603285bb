//! The process engine needs process groups and symbolic links as Unix has them.

use crate::{
    About, Base, BuildTerms, Engine, EngineError, Entered, Entry, Exit, Found, InstanceHandle, KeptEnvironment, Labels,
    Launch, LogLine, LogSource, Memory, Outward, PortUse, ProcessConfig, Recipe, Report, Started, WayBack,
};
use async_trait::async_trait;
use futures_util::stream::BoxStream;
use std::collections::BTreeMap;
use std::time::Duration;

/// Says that it is not supported here yet.
#[derive(Debug)]
pub struct ProcessEngine;

impl ProcessEngine {
    pub fn new(_: ProcessConfig) -> Self {
        Self
    }
}

fn unsupported<T>() -> Result<T, EngineError> {
    Err(EngineError::Other("the process engine is not supported on this system yet: use a container engine".into()))
}

#[async_trait]
impl Engine for ProcessEngine {
    async fn about(&self) -> Result<About, EngineError> {
        unsupported()
    }

    async fn way_back(&self, _: &Outward) -> Result<WayBack, EngineError> {
        unsupported()
    }

    async fn reaches_back(&self, _: &Base, _: &WayBack, _: u16) -> Result<bool, EngineError> {
        unsupported()
    }

    async fn prepare(&self, _: &Recipe, _: &BuildTerms, _: Report<'_>) -> Result<Base, EngineError> {
        unsupported()
    }

    async fn find(&self, _: &Recipe) -> Result<Option<Base>, EngineError> {
        unsupported()
    }

    async fn kept(&self) -> Result<Vec<KeptEnvironment>, EngineError> {
        unsupported()
    }

    async fn discard(&self, _: &str) -> Result<(), EngineError> {
        unsupported()
    }

    async fn start(&self, _: &Launch) -> Result<Started, EngineError> {
        unsupported()
    }

    async fn attach(&self, _: &InstanceHandle, _: &BTreeMap<PortUse, u16>) -> Result<Started, EngineError> {
        unsupported()
    }

    async fn out_of_memory(&self, _: &InstanceHandle) -> Result<(), EngineError> {
        unsupported()
    }

    async fn enter(&self, _: &InstanceHandle, _: &Entry) -> Result<Entered, EngineError> {
        unsupported()
    }

    async fn memory(&self, _: &InstanceHandle) -> Result<Memory, EngineError> {
        unsupported()
    }

    async fn wait(&self, _: &InstanceHandle) -> Result<Exit, EngineError> {
        unsupported()
    }

    async fn logs(&self, _: &InstanceHandle, _: LogSource) -> Result<BoxStream<'static, LogLine>, EngineError> {
        unsupported()
    }

    async fn kill(&self, _: &InstanceHandle) -> Result<(), EngineError> {
        unsupported()
    }

    async fn freeze(&self, _: &InstanceHandle) -> Result<(), EngineError> {
        unsupported()
    }

    async fn resume(&self, _: &InstanceHandle) -> Result<(), EngineError> {
        unsupported()
    }

    async fn exhaust_memory(&self, _: &InstanceHandle) -> Result<(), EngineError> {
        unsupported()
    }

    async fn stop(&self, _: &InstanceHandle, _: Duration) -> Result<(), EngineError> {
        unsupported()
    }

    async fn remove(&self, _: &InstanceHandle) -> Result<(), EngineError> {
        unsupported()
    }

    /// None can have been started.
    async fn list(&self, _: &Labels) -> Result<Vec<Found>, EngineError> {
        Ok(Vec::new())
    }
}
