//! Waiting for an emulator to end: nothing left includes its process.

use control::state::ProcessId;
use std::time::Duration;

/// Resolves when the process is gone, after it has answered that it ends; given up after five seconds.
pub async fn of(process: &ProcessId) {
    let ending = async {
        while process.alive() {
            // Another process's end is no event everywhere; it is a matter of milliseconds.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(5), ending).await;
}
