//! What a container uses of its memory, and when the kernel takes a process for it.

use super::DockerEngine;
use super::failure::general;
use super::fault::UNLIMITED;
use super::oom_counter;
use crate::{EngineError, InstanceHandle, Memory};
use bollard::models::ContainerMemoryStats;
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

    /// The peak is the cgroup's own: of v2 the engine passes none on, and the kernel of this machine is asked.
    pub(super) async fn memory_of(&self, handle: &InstanceHandle) -> Result<Memory, EngineError> {
        let inspected = self.inspect(handle).await?;
        let pid = inspected.state.and_then(|state| state.pid).filter(|pid| self.same_kernel && *pid > 0);
        let limit =
            inspected.host_config.and_then(|config| config.memory).filter(|bytes| (1..UNLIMITED).contains(bytes));
        let limit = limit.and_then(|bytes| u64::try_from(bytes).ok());
        let group = pid.and_then(oom_counter::of_process);
        // The engine answers at its next look, up to a second later; the kernel at once.
        if let Some((used, peak)) =
            group.as_deref().and_then(|group| oom_counter::used(group).zip(oom_counter::peak(group)))
        {
            return Ok(Memory { limit, used: Some(used), peak: Some(peak) });
        }
        let options = StatsOptionsBuilder::default().stream(false).one_shot(true).build();
        let stats = match self.docker.stats(&handle.0, Some(options)).boxed().next().await {
            Some(Ok(stats)) => stats.memory_stats,
            Some(Err(error)) => return Err(general(error)),
            None => None,
        };
        let used = stats.as_ref().and_then(used);
        let told = stats.and_then(|memory| memory.max_usage).filter(|bytes| *bytes > 0);
        let peak = told.or_else(|| oom_counter::peak(group.as_deref()?));
        Ok(Memory { limit, used, peak })
    }
}

/// As `docker stats` counts: what the kernel could forget at once is not used. cgroups of version 1 and 2 name it apart.
fn used(stats: &ContainerMemoryStats) -> Option<u64> {
    let details = stats.stats.as_ref();
    let of = |name: &str| details.and_then(|details| details.get(name)).copied();
    let files = of("total_inactive_file").or_else(|| of("inactive_file")).unwrap_or_default();
    stats.usage.map(|bytes| bytes.saturating_sub(files))
}
