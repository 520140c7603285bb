//! What only the doors know: whether requests still run on an instance.

use async_trait::async_trait;
use model::{DeploymentName, EndpointName, InstanceId};

#[async_trait]
pub trait Occupancy: Send + Sync + std::fmt::Debug {
    /// Resolves once no request runs on this start of an instance, which has left the fleet.
    async fn vacated(&self, instance: &InstanceId, generation: u64);

    /// Whether instances of the deployment work on requests that nobody waits for any more.
    fn abandoned(&self, endpoint: &EndpointName, deployment: &DeploymentName) -> bool;
}

/// No doors: nothing runs anywhere.
#[derive(Debug, Default)]
pub struct Empty;

#[async_trait]
impl Occupancy for Empty {
    async fn vacated(&self, _: &InstanceId, _: u64) {}

    fn abandoned(&self, _: &EndpointName, _: &DeploymentName) -> bool {
        false
    }
}
