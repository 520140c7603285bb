//! Faults on purpose: killed, frozen, out of memory.

use super::DockerEngine;
use super::failure::general;
use crate::{EngineError, InstanceHandle};
use bollard::errors::Error;
use bollard::exec::{StartExecOptions, StartExecResults};
use bollard::models::{ContainerUpdateBody, ExecConfig};
use bollard::query_parameters::{KillContainerOptionsBuilder, StatsOptionsBuilder};
use futures_util::StreamExt;
use std::time::Duration;

/// Above what is used, so that the engine takes the limit: it refuses one below.
const ROOM: u64 = 64 << 20;

/// For filling that room; a container that swaps is slow.
const PATIENCE: Duration = Duration::from_secs(60);

/// Until the engine knows that a container has ended.
const LAG: Duration = Duration::from_secs(10);

/// Of who took memory, when the kernel killed it, or the container ended.
const KILLED: i64 = 137;

/// Of those in a container the kernel chooses the one with the highest score: its first process, whatever else is larger.
/// `tail` keeps all that it reads until a line ends, and here none does.
const TAKE: &str = "echo 1000 > /proc/1/oom_score_adj && exec tail /dev/zero";

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

    pub(super) async fn exhaust(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        let memory = i64::try_from(self.used(handle).await? + ROOM).unwrap_or(i64::MAX);
        let limits = ContainerUpdateBody { memory: Some(memory), memory_swap: Some(memory), ..Default::default() };
        self.docker.update_container(&handle.0, limits).await.map_err(general)?;
        let taken = tokio::time::timeout(PATIENCE, self.take_memory(handle)).await;
        let (killed, said) = taken.unwrap_or_else(|_| Ok((false, format!("not within {} s", PATIENCE.as_secs()))))?;
        // Who is killed takes the container with it, which the engine tells a moment later.
        let ended = async { killed && tokio::time::timeout(LAG, self.wait_for_exit(handle)).await.is_ok() };
        if ended.await {
            return Ok(());
        }
        let needed = "nothing in the container could take its memory (sh, tail and /dev/zero are needed)";
        Err(EngineError::Unsupported(format!("{needed}: {}", said.trim())))
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

    /// Ends with the container; whether it was killed, and what it printed until then.
    async fn take_memory(&self, handle: &InstanceHandle) -> Result<(bool, String), EngineError> {
        let words = ["sh", "-c", TAKE].map(str::to_owned).into();
        let config = ExecConfig {
            cmd: Some(words),
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
        let code = self.docker.inspect_exec(&made.id).await.ok().and_then(|exec| exec.exit_code);
        Ok((code.is_none_or(|code| code == KILLED), said))
    }
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
