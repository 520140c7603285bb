//! What a container uses of its memory, and when the kernel takes a process for it.

use super::DockerEngine;
use super::failure::general;
use super::oom_counter;
use crate::{EngineError, InstanceHandle, Memory};
use bollard::query_parameters::{EventsOptionsBuilder, StatsOptionsBuilder};
use futures_util::StreamExt;
use std::collections::HashMap;

impl DockerEngine {
    /// The engine's `oom` event. It comes also where the container lives on, which no state shows.
    pub(super) async fn wait_for_out_of_memory(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        if self.nature.podman.is_some() {
            return self.watch_the_kernels_count(handle).await;
        }
        let filters = [("type", "container"), ("event", "oom"), ("container", handle.0.as_str())];
        let filters: HashMap<_, _> =
            filters.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()])).collect();
        let options = EventsOptionsBuilder::default().filters(&filters).build();
        match self.patient().events(Some(options)).boxed().next().await {
            Some(Ok(_)) => Ok(()),
            Some(Err(error)) => Err(general(error)),
            None => Err(EngineError::Unavailable("the engine went away while a container ran".into())),
        }
    }

    /// Podman has no such event. On another machine nothing tells but the end of the container, or the server's log.
    async fn watch_the_kernels_count(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        let pid = self.state(handle).await?.pid.filter(|pid| self.same_kernel && *pid > 0);
        match pid.and_then(oom_counter::of_process) {
            Some(file) => oom_counter::grows(&file).await,
            None => std::future::pending().await,
        }
        Ok(())
    }

    /// The peak is the cgroup's own where it keeps one (v1); of v2 the engine passes none on.
    pub(super) async fn memory_of(&self, handle: &InstanceHandle) -> Result<Memory, EngineError> {
        let inspected = self.inspect(handle).await?;
        let limit = inspected.host_config.and_then(|config| config.memory).filter(|bytes| *bytes > 0);
        let options = StatsOptionsBuilder::default().stream(false).one_shot(true).build();
        let stats = match self.docker.stats(&handle.0, Some(options)).boxed().next().await {
            Some(Ok(stats)) => stats.memory_stats,
            Some(Err(error)) => return Err(general(error)),
            None => None,
        };
        let peak = stats.and_then(|memory| memory.max_usage).filter(|bytes| *bytes > 0);
        Ok(Memory { limit: limit.and_then(|bytes| u64::try_from(bytes).ok()), peak })
    }
}
