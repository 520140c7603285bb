//! What only the emulator knows: what is served beside an instance, and where.

use crate::plan::Sidecar;
use async_trait::async_trait;
use engine::{Base, Engine, Outward};
use model::InstanceId;

#[async_trait]
pub trait Sidecars: Send + Sync + std::fmt::Debug {
    /// What an instance of this engine and base, which reaches so far, is told of it; `None`: nothing.
    async fn beside(&self, instance: &InstanceId, engine: &dyn Engine, launched: (&Base, &Outward)) -> Option<Sidecar>;
}
