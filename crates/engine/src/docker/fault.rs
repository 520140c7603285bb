//! Faults on purpose: killed, frozen, out of memory.

use super::DockerEngine;
use super::failure::general;
use crate::{EngineError, InstanceHandle};
use bollard::errors::Error;
use bollard::exec::{StartExecOptions, StartExecResults};
use bollard::models::{ContainerUpdateBody, ExecConfig, HostConfig};
use bollard::query_parameters::{KillContainerOptionsBuilder, StatsOptionsBuilder};
use futures_util::StreamExt;
use std::time::Duration;

/// Above what is used, so that the engine takes the limit: it refuses one below.
const ROOM: u64 = 64 << 20;

/// In bytes, as kernels count: the last whole page.
pub(super) const UNLIMITED: i64 = i64::MAX & !0xfff;

/// For filling that room; a container that swaps is slow.
const PATIENCE: Duration = Duration::from_secs(60);

/// Until the engine knows that a container has ended.
const LAG: Duration = Duration::from_secs(10);

/// Of who took memory, when the kernel killed it, or the container ended.
const KILLED: i64 = 137;

/// Of those in a container the kernel chooses the one with the highest score: its first process, whatever else is larger.
/// `tail` keeps all that it reads until a line ends, and here none does; where no limit stops it, its own does.
const TAKE: &str = "ulimit -v $1; echo 1000 > /proc/1/oom_score_adj && exec tail /dev/zero";

/// Whether a container has what that needs.
const CAN: &str = "command -v tail && exec < /dev/zero";

impl DockerEngine {
    pub(super) async fn kill_container(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        let options = KillContainerOptionsBuilder::default().signal("SIGKILL").build();
        unless_idle(self.docker.kill_container(&handle.0, Some(options)).await)
    }

    pub(super) async fn pause_container(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        unless_idle(self.docker.pause_container(&handle.0).await)
    }

    pub(super) async fn unpause_container(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        unless_idle(self.docker.unpause_container(&handle.0).await)
    }

    /// Whoever could not be killed has the limits again that it had.
    pub(super) async fn exhaust(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        let before = self.inspect(handle).await?.host_config.unwrap_or_default();
        let (can, said) = self.run_in(handle, &["sh", "-c", CAN]).await?;
        if can != Some(0) {
            return Err(not_taken(&said));
        }
        let memory = self.used(handle).await? + ROOM;
        let lowered = i64::try_from(memory).ok();
        self.limit(handle, lowered, lowered).await.map_err(general)?;
        let Err(error) = self.take_all(handle, memory).await else { return Ok(()) };
        match self.restore(handle, &before).await {
            Ok(()) | Err(Error::DockerResponseServerError { status_code: 404 | 409, .. }) => Err(error),
            Err(why) => {
                let why = general(why);
                Err(EngineError::Other(format!("{error}; its memory limit stays at {} MiB: {why}", memory >> 20)))
            }
        }
    }

    /// No engine takes a limit away from a container: what had none gets one that nothing reaches.
    async fn restore(&self, handle: &InstanceHandle, before: &HostConfig) -> Result<(), Error> {
        let limit = |bytes: Option<i64>| bytes.filter(|bytes| *bytes > 0);
        let (memory, swap) = (limit(before.memory).unwrap_or(UNLIMITED), limit(before.memory_swap));
        self.limit(handle, Some(memory), swap.or(Some(memory))).await?;
        match swap {
            Some(_) => Ok(()),
            None => self.limit(handle, None, Some(-1)).await,
        }
    }

    async fn limit(&self, handle: &InstanceHandle, memory: Option<i64>, memory_swap: Option<i64>) -> Result<(), Error> {
        let limits = ContainerUpdateBody { memory, memory_swap, ..Default::default() };
        self.docker.update_container(&handle.0, limits).await
    }

    /// Until the container has ended of it.
    async fn take_all(&self, handle: &InstanceHandle, memory: u64) -> Result<(), EngineError> {
        let most = ((memory + ROOM) >> 10).to_string();
        let words = ["sh", "-c", TAKE, "sh", &most];
        let taken = tokio::time::timeout(PATIENCE, self.run_in(handle, &words)).await;
        let late = |_| Ok((Some(0), format!("not within {} s", PATIENCE.as_secs())));
        let (code, said) = taken.unwrap_or_else(late)?;
        // Who is killed takes the container with it, which the engine tells a moment later.
        let killed = code.is_none_or(|code| code == KILLED);
        let ended = async { killed && tokio::time::timeout(LAG, self.wait_for_exit(handle)).await.is_ok() };
        if ended.await { Ok(()) } else { Err(not_taken(&said)) }
    }

    /// Now, in bytes.
    async fn used(&self, handle: &InstanceHandle) -> Result<u64, EngineError> {
        let options = StatsOptionsBuilder::default().stream(false).one_shot(true).build();
        match self.docker.stats(&handle.0, Some(options)).boxed().next().await {
            Some(Ok(stats)) => stats.memory_stats.and_then(|memory| memory.usage).ok_or_else(|| {
                EngineError::Unsupported("the engine does not tell how much memory the container uses".into())
            }),
            Some(Err(error)) => Err(general(error)),
            None => Err(EngineError::NoSuchInstance),
        }
    }

    /// The exit code, of which an engine knows nothing any more once the container is gone, and what was printed.
    async fn run_in(&self, handle: &InstanceHandle, words: &[&str]) -> Result<(Option<i64>, String), EngineError> {
        let config = ExecConfig {
            cmd: Some(words.iter().map(|word| (*word).to_owned()).collect()),
            // Whose processes these are may be nobody's business but root's.
            user: Some("0".into()),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            ..Default::default()
        };
        let made = self.docker.create_exec(&handle.0, config).await.map_err(general)?;
        let options = StartExecOptions { detach: false, tty: false, output_capacity: None };
        let mut said = String::new();
        if let StartExecResults::Attached { mut output, .. } =
            self.patient().start_exec(&made.id, Some(options)).await.map_err(general)?
        {
            while let Some(Ok(chunk)) = output.next().await {
                said.push_str(&chunk.to_string());
            }
        }
        // The engine forgets it with the container.
        Ok((self.docker.inspect_exec(&made.id).await.ok().and_then(|exec| exec.exit_code), said))
    }
}

fn not_taken(said: &str) -> EngineError {
    let needed = "nothing in the container could take its memory (sh, tail and /dev/zero are needed)";
    EngineError::Unsupported(format!("{needed}: {}", said.trim()))
}

/// Gone, ended, paused or running already: what is asked for holds, or cannot any more.
fn unless_idle(done: Result<(), Error>) -> Result<(), EngineError> {
    match done {
        Ok(()) | Err(Error::DockerResponseServerError { status_code: 304 | 404 | 409, .. }) => Ok(()),
        // The engine of 20.10 answers so where later ones say 409; the last words are Podman's.
        Err(Error::DockerResponseServerError { status_code: 500, message })
            if message.contains("is already paused")
                || message.contains("is not paused")
                || message.contains("is not running")
                || message.contains("container state improper") =>
        {
            Ok(())
        }
        Err(error) => Err(general(error)),
    }
}
