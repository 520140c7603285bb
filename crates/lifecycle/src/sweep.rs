//! What a killed emulator left behind: found by its labels on every engine, and removed.

use crate::context::Engines;
use engine::{Engine, EngineError, Labels};
use std::sync::Arc;

/// Removes every instance with these labels; the names of what was removed.
pub async fn sweep(engines: &Engines, labels: &Labels) -> Result<Vec<String>, EngineError> {
    let mut removed = vec![];
    let all: Vec<&Arc<dyn Engine>> = engines.docker.iter().chain([&engines.process]).collect();
    for engine in all {
        for found in engine.list(labels).await? {
            engine.remove(&found.handle).await?;
            removed.push(found.name);
        }
    }
    Ok(removed)
}
