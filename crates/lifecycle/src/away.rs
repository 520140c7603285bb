//! An engine that stops answering, and comes back: what runs on it does not depend on that.

use crate::context::Context;
use diagnosis::{Diagnosis, engine as rows};
use engine::Engine;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// Between two questions whether it is back.
const AGAIN: Duration = Duration::from_secs(1);

impl Context {
    /// Resolves once the engine answers again; said once at each end of its absence, however many wait.
    pub async fn until_back(&self, engine: &Arc<dyn Engine>, why: &str) {
        if self.becomes_away(true) {
            let message = format!("the container engine does not answer any more: {why}");
            self.say_all(vec![Diagnosis::warning(rows::ENGINE_AWAY, message)]);
        }
        loop {
            tokio::time::sleep(AGAIN).await;
            if engine.about().await.is_ok() {
                break;
            }
        }
        if self.becomes_away(false) {
            self.say_all(vec![Diagnosis::note(rows::ENGINE_BACK, "the container engine answers again")]);
        }
    }

    /// Whether that is new.
    fn becomes_away(&self, away: bool) -> bool {
        let mut known = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *known, away) != away
    }
}
