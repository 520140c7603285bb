//! What a program says, and how it ends.

use crate::host::last_word;
use crate::instance::{Instance, Running};
use engine::{EngineError, Exit, InstanceHandle, LogLine, LogSource, Memory};
use futures_util::StreamExt;
use futures_util::future::{BoxFuture, Fuse, FusedFuture, FutureExt};
use futures_util::stream::BoxStream;
use model::EventKind;
use semantics::startup::{LogSign, progress};
use std::time::{Duration, Instant};

/// An engine that never ends the log must not hide the exit.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// An engine tells of the memory before it tells of the end, which takes a busy one a while.
const END_FOLLOWS: Duration = Duration::from_secs(2);
/// The other way round only when both are there.
const SOON: Duration = Duration::from_millis(200);

/// Within it an engine that is back tells of what ended while it was away.
const AT_ONCE: Duration = Duration::from_secs(2);

/// SIGKILL, by whomever.
const KILLED: i64 = 137;

pub struct Output<'a> {
    instance: &'a Instance,
    handle: &'a InstanceHandle,
    ending: Ending<'a>,
    ran_out: BoxFuture<'a, Memory>,
    /// Memory ran out, and whether the instance ended with it is not known yet.
    heard: Option<(Memory, u64)>,
}

struct Ending<'a> {
    instance: &'a Instance,
    pump: Fuse<BoxFuture<'a, ()>>,
    exit: BoxFuture<'a, Gone>,
    /// Known already, while its last words were awaited.
    gone: Option<Gone>,
}

/// An instance that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    pub exit: Exit,
    /// Its engine did not answer meanwhile.
    pub engine_was_away: bool,
}

pub enum Told {
    /// Must not be asked again.
    Ended(Gone),
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
        let pump: BoxFuture<'a, ()> = Box::pin(instance.pump(running));
        let (exit, ran_out) = (Box::pin(instance.exit(handle)), Box::pin(instance.ran_out(handle)));
        let ending = Ending { instance, pump: pump.fuse(), exit, gone: None };
        Self { instance, handle, ending, ran_out, heard: None }
    }

    /// What the engine has to tell next. Nothing is lost when the answer is not awaited.
    pub async fn next(&mut self) -> Told {
        if self.heard.is_none() {
            tokio::select! {
                biased;
                gone = self.ending.drained() => return Told::Ended(self.explained(gone).await),
                memory = &mut self.ran_out => self.heard = Some((memory, self.instance.log.count())),
            }
            self.ran_out = Box::pin(self.instance.ran_out(self.handle));
        }
        let ended = tokio::time::timeout(END_FOLLOWS, self.ending.drained()).await;
        let (memory, at) = self.heard.take().unwrap_or_default();
        match ended {
            Ok(gone) => Told::Ended(gone.short_of_memory(|exit| exit.code == KILLED)),
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
    async fn explained(&mut self, gone: Gone) -> Gone {
        let unexplained = gone.exit.code == KILLED && !gone.exit.out_of_memory;
        let ran_out = unexplained && tokio::time::timeout(SOON, &mut self.ran_out).await.is_ok();
        gone.short_of_memory(|_| ran_out)
    }
}

impl Gone {
    /// Where it is known, or this says so.
    fn short_of_memory(mut self, ran_out: impl Fn(&Exit) -> bool) -> Self {
        self.exit.out_of_memory |= ran_out(&self.exit);
        self
    }
}

impl Ending<'_> {
    /// The exit, once the output that explains it has been read to its end. No request is sent to it meanwhile: processes
    /// that outlive the server may hold the output open. May be given up and asked again.
    async fn drained(&mut self) -> Gone {
        let gone = match self.gone.clone() {
            Some(gone) => gone,
            None => tokio::select! {
                () = &mut self.pump => (&mut self.exit).await,
                gone = &mut self.exit => gone,
            },
        };
        self.gone = Some(gone.clone());
        self.instance.set_ready(false);
        if !self.pump.is_terminated() {
            let _ = tokio::time::timeout(LAST_WORDS, &mut self.pump).await;
        }
        gone
    }
}

impl Instance {
    /// How it ended. It gets no more requests from the moment of its end, which may be known before that.
    async fn exit(&self, handle: &InstanceHandle) -> Gone {
        let died = async {
            match self.prepared.engine.died(handle).await {
                Ok(()) => self.set_ready(false),
                // Its end is told later, then.
                Err(error) => tracing::debug!(%error, "no word of the moment of its end"),
            }
            std::future::pending().await
        };
        tokio::select! {
            gone = self.waited(handle) => gone,
            never = died => never,
        }
    }

    /// An engine that goes away ends nothing: what runs, runs on.
    async fn waited(&self, handle: &InstanceHandle) -> Gone {
        let mut back: Option<Instant> = None;
        loop {
            let exit = match self.prepared.engine.wait(handle).await {
                Ok(exit) => exit,
                Err(EngineError::Unavailable(why)) => {
                    self.context.until_back(&self.prepared.engine, &why).await;
                    back = Some(Instant::now());
                    continue;
                }
                Err(error) => Exit { code: -1, out_of_memory: false, error: error.to_string() },
            };
            return Gone { exit, engine_was_away: back.is_some_and(|since| since.elapsed() < AT_ONCE) };
        }
    }

    /// Every line of the program's output, to the log and to whoever listens; ends with the program. What was said
    /// before it was taken over is kept, and not told again.
    async fn pump(&self, running: &Running) {
        let source = LogSource { tail: None, follow: true };
        let Some(mut lines) = self.lines(&running.started.handle, source).await else { return };
        while let Some(line) = lines.next().await {
            if let Some(generation) = running.host.is_some().then(|| last_word(&line.text)).flatten() {
                self.log.end_of(generation);
                continue;
            }
            self.log.push(line.text.clone());
            if !(running.adopted && line.old) {
                self.context.events.say(EventKind::Log { instance: self.id.clone(), line: line.text });
            }
        }
    }

    /// An engine that is away at this moment is waited for; `None` where there is nothing to read.
    async fn lines(&self, handle: &InstanceHandle, source: LogSource) -> Option<BoxStream<'static, LogLine>> {
        let engine = &self.prepared.engine;
        loop {
            match engine.logs(handle, source).await {
                Ok(lines) => return Some(lines),
                Err(EngineError::Unavailable(why)) => self.context.until_back(engine, &why).await,
                Err(EngineError::NoSuchInstance) => return None,
                Err(error) => {
                    tracing::warn!(instance = handle.0, "its log cannot be read: {error}");
                    return None;
                }
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
