//! What a killed emulator left behind: found by its labels on every engine, and removed.

use crate::context::{EMULATOR, Engines, HOST, label};
use engine::{Engine, EngineError, Labels};
use std::sync::Arc;

/// Removes every instance with these labels whose emulator is no more; the names of what was removed.
/// `alive` is asked with the host and the process that the labels name: another one's instances are not ours to take.
pub async fn sweep(
    engines: &Engines,
    labels: &Labels,
    alive: impl Fn(&str, &str) -> bool,
) -> Result<Vec<String>, EngineError> {
    let mut removed = vec![];
    let all: Vec<&Arc<dyn Engine>> = engines.docker.iter().chain([&engines.process]).collect();
    for engine in all {
        for found in engine.list(labels).await? {
            let named = |name: &str| found.labels.get(&label(name)).map(String::as_str).unwrap_or_default();
            if !alive(named(HOST), named(EMULATOR)) {
                engine.remove(&found.handle).await?;
                removed.push(found.name);
            }
        }
    }
    Ok(removed)
}
