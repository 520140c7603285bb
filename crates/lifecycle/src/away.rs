//! An engine that stops answering, and comes back: what runs on it does not depend on that.

use crate::context::Context;
use diagnosis::{Diagnosis, engine as rows};
use engine::{Engine, EngineError};
use futures_util::future::BoxFuture;
use std::convert::Infallible;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Between two questions whether it is back.
const AGAIN: Duration = Duration::from_secs(1);

/// Longer than a busy engine takes for a container; who waits so long wants to know whether it is worth it.
const LONG: Duration = Duration::from_secs(5);

/// For what every engine has at hand.
const AT_HAND: Duration = Duration::from_secs(5);

/// What an engine was asked for.
pub type Work<'a, T> = BoxFuture<'a, Result<T, EngineError>>;

impl Context {
    /// Resolves once the engine answers again; said once at each end of its absence, however many wait.
    pub async fn until_back(&self, engine: &Arc<dyn Engine>, why: &str) {
        self.is_away(why);
        loop {
            sleep(AGAIN).await;
            if answers(engine).await {
                break;
            }
        }
        self.is_back();
    }

    /// What an engine does, which may take long; that it does nothing any more is said meanwhile.
    pub async fn attended<T>(&self, engine: &Arc<dyn Engine>, work: Work<'_, T>) -> Result<T, EngineError> {
        tokio::select! {
            biased;
            done = work => {
                // Who waits gets the error itself.
                if matches!(done, Err(EngineError::Unavailable(_))) {
                    self.becomes_away(false);
                } else {
                    self.is_back();
                }
                done
            }
            never = self.attend(engine) => match never {},
        }
    }

    async fn attend(&self, engine: &Arc<dyn Engine>) -> Infallible {
        // Processes are our own children: nobody else can stand still.
        if Arc::ptr_eq(engine, &self.engines.process) {
            std::future::pending::<()>().await;
        }
        loop {
            sleep(LONG).await;
            if !answers(engine).await {
                self.until_back(engine, &format!("no answer within {} s", AT_HAND.as_secs())).await;
            }
        }
    }

    fn is_away(&self, why: &str) {
        if self.becomes_away(true) {
            let message = format!("the container engine does not answer any more: {why}");
            self.say_all(vec![Diagnosis::warning(rows::ENGINE_AWAY, message)]);
        }
    }

    fn is_back(&self) {
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

async fn answers(engine: &Arc<dyn Engine>) -> bool {
    timeout(AT_HAND, engine.about()).await.is_ok_and(|about| about.is_ok())
}
