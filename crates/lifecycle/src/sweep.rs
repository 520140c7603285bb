//! What a killed emulator left behind: found by its labels on every engine, and removed.

use crate::adopt::{orphans, remove};
use crate::context::Engines;
use engine::{EngineError, Labels};

/// Removes every instance with these labels whose emulator is no more; the names of what was removed.
pub async fn sweep(
    engines: &Engines,
    labels: &Labels,
    alive: impl Fn(&Labels) -> bool,
) -> Result<Vec<String>, EngineError> {
    remove(orphans(engines, labels, alive).await?).await
}
