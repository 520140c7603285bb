//! What a program says, and how it ends.

use crate::instance::{Instance, Running};
use engine::{EngineError, Exit, InstanceHandle, Memory};
use futures_util::StreamExt;
use futures_util::future::{BoxFuture, Fuse, FutureExt};
use model::EventKind;
use semantics::startup::{LogSign, progress};
use std::time::Duration;

/// An engine that never ends the log must not hide the exit.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// An engine tells of the memory before it tells of the end, which takes a busy one a while.
const END_FOLLOWS: Duration = Duration::from_secs(2);
/// The other way round only when both are there.
const SOON: Duration = Duration::from_millis(200);

/// SIGKILL, by whomever.
const KILLED: i64 = 137;

pub struct Output<'a> {
    instance: &'a Instance,
    handle: &'a InstanceHandle,
    pump: Fuse<BoxFuture<'a, ()>>,
    exit: BoxFuture<'a, Exit>,
    ran_out: BoxFuture<'a, Memory>,
    /// Memory ran out, and whether the instance ended with it is not known yet.
    heard: Option<(Memory, u64)>,
}

pub enum Told {
    /// Must not be asked again.
    Ended(Exit),
    /// A process of the instance was killed because memory ran out, and the instance lives on. Never told where no limit
    /// of ours is kept.
    RanOut {
        memory: Memory,
        /// Where the log was then.
        at: u64,
    },
}

impl<'a> Output<'a> {
    pub fn of(instance: &'a Instance, running: &'a Running) -> Self {
        let handle = &running.started.handle;
        let pump: BoxFuture<'a, ()> = Box::pin(instance.pump(handle, running.adopted));
        let (exit, ran_out) = (Box::pin(instance.exit(handle)), Box::pin(instance.ran_out(handle)));
        Self { instance, handle, pump: pump.fuse(), exit, ran_out, heard: None }
    }

    /// What the engine has to tell next. Nothing is lost when the answer is not awaited.
    pub async fn next(&mut self) -> Told {
        if self.heard.is_none() {
            tokio::select! {
                biased;
                exit = drained(self.instance, &mut self.pump, &mut self.exit) => return Told::Ended(self.explained(exit).await),
                memory = &mut self.ran_out => self.heard = Some((memory, self.instance.log.count())),
            }
            self.ran_out = Box::pin(self.instance.ran_out(self.handle));
        }
        let ended = tokio::time::timeout(END_FOLLOWS, drained(self.instance, &mut self.pump, &mut self.exit)).await;
        let (memory, at) = self.heard.take().unwrap_or_default();
        match ended {
            Ok(exit) => Told::Ended(Exit { out_of_memory: exit.out_of_memory || exit.code == KILLED, ..exit }),
            Err(_) => Told::RanOut { memory, at },
        }
    }

    /// That memory ran out, where the server says that workers of it were killed: a busy engine tells of it late.
    pub async fn short_of_memory(&mut self, mark: u64) -> Option<(Memory, u64)> {
        let limited = self.instance.prepared.limits.is_some();
        if self.heard.is_none() && limited && self.instance.log.first_killed(mark).is_some() {
            let memory = tokio::time::timeout(END_FOLLOWS, &mut self.ran_out).await;
            self.heard = memory.ok().map(|memory| (memory, self.instance.log.count()));
        }
        self.heard.take()
    }

    /// Of a shell around the program the engine knows the exit code alone.
    async fn explained(&mut self, exit: Exit) -> Exit {
        let unexplained = exit.code == KILLED && !exit.out_of_memory;
        let ran_out = unexplained && tokio::time::timeout(SOON, &mut self.ran_out).await.is_ok();
        Exit { out_of_memory: exit.out_of_memory || ran_out, ..exit }
    }
}

/// The exit, once the output that explains it has been read to its end. No request is sent to it meanwhile: processes
/// that outlive the server may hold the output open.
async fn drained(instance: &Instance, pump: &mut Fuse<BoxFuture<'_, ()>>, exit: &mut BoxFuture<'_, Exit>) -> Exit {
    tokio::select! {
        () = &mut *pump => exit.await,
        exit = &mut *exit => {
            instance.set_ready(false);
            let _ = tokio::time::timeout(LAST_WORDS, pump).await;
            exit
        }
    }
}

impl Instance {
    /// An engine that goes away ends nothing: what runs, runs on.
    async fn exit(&self, handle: &InstanceHandle) -> Exit {
        loop {
            match self.prepared.engine.wait(handle).await {
                Ok(exit) => return exit,
                Err(EngineError::Unavailable(why)) => self.context.until_back(&self.prepared.engine, &why).await,
                Err(error) => return Exit { code: -1, out_of_memory: false, error: error.to_string() },
            }
        }
    }

    /// Every line of the program's output, to the log and to whoever listens; ends with the program. What was said
    /// before it was taken over is kept, and not told again.
    async fn pump(&self, handle: &InstanceHandle, adopted: bool) {
        let source = engine::LogSource { tail: None, follow: true };
        let Ok(mut lines) = self.prepared.engine.logs(handle, source).await else { return };
        while let Some(line) = lines.next().await {
            self.log.push(line.text.clone());
            if !(adopted && line.old) {
                self.context.events.say(EventKind::Log { instance: self.id.clone(), line: line.text });
            }
        }
    }

    async fn ran_out(&self, handle: &InstanceHandle) -> Memory {
        let engine = &self.prepared.engine;
        if self.prepared.limits.is_none() {
            std::future::pending::<()>().await;
        }
        while let Err(error) = engine.out_of_memory(handle).await {
            match error {
                EngineError::Unavailable(why) => self.context.until_back(engine, &why).await,
                _ => std::future::pending().await,
            }
        }
        engine.memory(handle).await.unwrap_or_default()
    }

    /// Resolves when the server says that a worker was killed, where no limit of ours is kept: the engine has no event
    /// for it. gunicorn sends SIGKILL itself after WORKER TIMEOUT, and says so before.
    pub async fn killed_worker(&self, mut mark: u64) {
        if self.prepared.limits.is_some() {
            std::future::pending::<()>().await;
        }
        let (mut changes, mut timeouts) = (self.log.changes(), vec![]);
        loop {
            changes.borrow_and_update();
            let (fresh, now) = self.log.after(mark);
            mark = now;
            for line in &fresh {
                match progress(line) {
                    LogSign::WorkerTimeout(pid) => timeouts.push(pid),
                    LogSign::WorkerSignalled { pid, signal } if signal == "SIGKILL" && !timeouts.contains(&pid) => {
                        return;
                    }
                    _ => {}
                }
            }
            if changes.changed().await.is_err() {
                std::future::pending().await
            }
        }
    }
}
