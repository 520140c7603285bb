//! What a killed emulator left behind: found by its labels on every engine, and removed.

use crate::adopt::{Swept, orphans, remove};
use crate::context::{Engines, PROJECT, label};
use crate::plan::closed;
use engine::{EngineError, Labels};

/// Removes every instance with these labels whose emulator is no more, and what else was left.
pub async fn sweep(engines: &Engines, labels: &Labels, alive: impl Fn(&Labels) -> bool) -> Swept {
    let (orphans, silent) = orphans(engines, labels, alive).await;
    let mut swept = remove(orphans).await;
    let untidy = tidied(engines, labels).await.err();
    swept.stayed.extend(silent.iter().chain(&untidy).map(ToString::to_string));
    swept
}

/// Removes what is left of things that were being made, and the network of this project where nobody is on it.
///
/// # Errors
/// What the engine says.
pub async fn tidied(engines: &Engines, labels: &Labels) -> Result<(), EngineError> {
    let network = labels.get(&label(PROJECT)).map(|project| closed(project));
    match &engines.docker {
        Ok(docker) => docker.tidy(network.as_deref()).await,
        Err(_) => Ok(()),
    }
}
