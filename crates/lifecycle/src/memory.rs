//! What the instances have used of their memory, asked of their engines.

use crate::lifecycle::Lifecycle;
use futures_util::future::join_all;
use model::InstanceMemory;

impl Lifecycle {
    /// Of every instance that runs; one that has just ended has used nothing that its engine still knows.
    pub async fn memory(&self) -> Vec<InstanceMemory> {
        let instances: Vec<_> = self.context.store.read(|state| {
            let deployments = state.endpoints.values().flat_map(|endpoint| &endpoint.deployments);
            let records = deployments.flat_map(|deployment| deployment.instances.values());
            records.filter_map(|it| Some((it.id.clone(), it.runs_on.clone(), it.handle.clone()?))).collect()
        });
        let used = instances.into_iter().map(async |(id, engine, handle)| {
            let memory = engine.memory(&handle).await.unwrap_or_default();
            InstanceMemory {
                endpoint: id.endpoint.to_string(),
                deployment: id.deployment.to_string(),
                instance: id.to_string(),
                limit_bytes: memory.limit,
                used_bytes: memory.used,
                peak_bytes: memory.peak,
            }
        });
        join_all(used).await
    }
}
