//! What runs under one name. Operations on it follow one another: each waits until the one before has ended.

use crate::context::Context;
use crate::drain;
use crate::operation::{self, Operation};
use crate::stop::{Canceled, Canceler, Hurry};
use crate::version::{Member, Version, Wanted};
use semantics::operation as rules;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

#[derive(Debug, Default)]
pub struct Lane {
    serving: tokio::sync::Mutex<Option<Version>>,
    last: Mutex<Option<Last>>,
    /// Whoever has left and finishes what it runs. The next operation does not wait for that.
    leaving: tokio::sync::Mutex<JoinSet<()>>,
    hurry: Hurry,
}

/// What becomes of the requests that run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delete {
    /// They are answered first.
    Drained,
    /// Nobody waits for them: what runs gets this grace.
    Stopped(Duration),
}

/// The newest operation, under way or ended.
#[derive(Debug, Clone)]
struct Last {
    wanted: Wanted,
    canceler: Canceler,
    operation: Operation,
}

impl Lane {
    /// Brings the deployment to what is wanted. What was being put before is given up.
    pub fn put(self: &Arc<Self>, context: &Arc<Context>, wanted: Wanted) -> Operation {
        let (done, operation) = watch::channel(None);
        let (canceler, canceled) = Canceler::new();
        let last = Last { wanted: wanted.clone(), canceler, operation: operation.clone() };
        if let Some(before) = self.last().replace(last) {
            before.canceler.cancel();
        }
        context.begins(&wanted);
        let (lane, context) = (self.clone(), context.clone());
        tokio::spawn(async move {
            let mut serving = lane.serving.lock().await;
            let leaving = operation::run(&context, &mut serving, &wanted, &canceled, done).await;
            // Before another may hold the lane: a delete knows of them all.
            lane.drains(&context, leaving).await;
        });
        operation
    }

    async fn drains(&self, context: &Arc<Context>, leaving: Vec<Member>) {
        let mut drains = self.leaving.lock().await;
        while drains.try_join_next().is_some() {}
        let (context, hurried) = (context.clone(), self.hurry.hurried());
        drains.spawn(async move { drain::all(&context, leaving, &hurried).await });
    }

    /// Gives up what is under way, and ends everything, once it is gone.
    pub async fn delete(&self, context: &Arc<Context>, delete: Delete) {
        if let Some(last) = self.last().as_ref() {
            last.canceler.cancel();
        }
        if let Delete::Stopped(grace) = delete {
            self.hurry.up(grace);
        }
        let members = self.serving.lock().await.take().map(Version::into_members).unwrap_or_default();
        if delete == Delete::Drained {
            context.leave(&members);
            drain::begin(context, &members);
        }
        self.drains(context, members).await;
        while self.leaving.lock().await.join_next().await.is_some() {}
    }

    pub fn operation(&self) -> Option<Operation> {
        self.last().as_ref().map(|last| last.operation.clone())
    }

    /// What was put last, unless that is still under way.
    pub fn settled(&self) -> Option<Wanted> {
        let last = self.last();
        last.as_ref().filter(|last| last.operation.borrow().is_some()).map(|last| last.wanted.clone())
    }

    /// What a new operation meets here; `None` where nothing is under way.
    pub fn meets(&self, wanted: rules::Operation, signature: Option<&str>) -> Option<rules::Verdict> {
        let last = self.last();
        let last = last.as_ref().filter(|last| last.operation.borrow().is_none())?;
        let same = signature == Some(last.wanted.signature.whole.as_str());
        Some(rules::decide(last.wanted.deployment.kind, rules::Operation::Put, wanted, same))
    }

    fn last(&self) -> MutexGuard<'_, Option<Last>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// For what must not wait on after the operation was given up.
pub async fn unless<T>(canceled: &Canceled, wanted: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        () = canceled.asked() => None,
        found = wanted => Some(found),
    }
}
