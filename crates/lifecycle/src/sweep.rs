//! What a killed emulator left behind: found by its labels on every engine, and removed.

use crate::adopt::{Swept, orphans, remove};
use crate::context::Engines;
use engine::Labels;

/// Removes every instance with these labels whose emulator is no more.
pub async fn sweep(engines: &Engines, labels: &Labels, alive: impl Fn(&Labels) -> bool) -> Swept {
    let (orphans, silent) = orphans(engines, labels, alive).await;
    let mut swept = remove(orphans).await;
    swept.stayed.extend(silent.iter().map(ToString::to_string));
    swept
}
