//! One running child with everything that belongs to it.

use super::group::Group;
use super::output::Output;
use crate::{EngineError, Exit, Stream};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Until the last words have come through the pipes of a process that has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub struct Instance {
    pub group: Group,
    pub output: Arc<Output>,
    exit: watch::Receiver<Option<Exit>>,
}

impl Instance {
    /// Runs the command; `ended` is called when the last of the group is gone.
    pub fn run(mut command: Command, ended: impl FnOnce(&Group) + Send + 'static) -> Result<Self, EngineError> {
        let program = command.as_std().get_program().to_string_lossy().into_owned();
        let mut child = command.spawn().map_err(|error| not_run(&program, &error))?;
        let gone = || EngineError::Other(format!("{program} ended before it ran"));
        let group = child.id().and_then(Group::of).ok_or_else(gone)?;
        let output = Arc::new(Output::default());
        let readers = read(&mut child, &output);
        let (sender, exit) = watch::channel(None);
        let (own_group, own_output) = (group.clone(), Arc::clone(&output));
        tokio::spawn(async move {
            let status = child.wait().await;
            own_group.kill();
            collect(readers).await;
            own_output.end();
            ended(&own_group);
            sender.send_replace(Some(exit_of(status)));
        });
        Ok(Self { group, output, exit })
    }

    pub fn has_ended(&self) -> bool {
        self.exit.borrow().is_some()
    }

    pub async fn wait(&self) -> Exit {
        let mut exit = self.exit.clone();
        let ended = exit.wait_for(Option::is_some).await.ok().and_then(|exit| exit.clone());
        ended.unwrap_or_else(|| unknown("its watcher is gone"))
    }

    pub async fn stop(&self, grace: Duration) {
        if self.has_ended() {
            return;
        }
        self.group.terminate();
        if tokio::time::timeout(grace, self.wait()).await.is_err() {
            self.kill().await;
        }
    }

    pub async fn kill(&self) {
        if !self.has_ended() {
            self.group.kill();
            self.wait().await;
        }
    }
}

/// An end that nobody of us has seen.
pub fn unknown(error: &str) -> Exit {
    Exit { code: -1, out_of_memory: false, error: error.to_owned() }
}

fn not_run(program: &str, error: &std::io::Error) -> EngineError {
    match error.kind() {
        std::io::ErrorKind::NotFound => EngineError::ProgramNotFound { program: program.to_owned() },
        _ => EngineError::Other(format!("{program}: {error}")),
    }
}

fn read(child: &mut Child, output: &Arc<Output>) -> Vec<JoinHandle<()>> {
    let stdout = child.stdout.take().map(|pipe| tokio::spawn(Arc::clone(output).read(Stream::Stdout, pipe)));
    let stderr = child.stderr.take().map(|pipe| tokio::spawn(Arc::clone(output).read(Stream::Stderr, pipe)));
    [stdout, stderr].into_iter().flatten().collect()
}

/// A process that left the group may hold the pipes for ever.
async fn collect(readers: Vec<JoinHandle<()>>) {
    let handles: Vec<_> = readers.iter().map(JoinHandle::abort_handle).collect();
    if tokio::time::timeout(LAST_WORDS, futures_util::future::join_all(readers)).await.is_err() {
        handles.iter().for_each(tokio::task::AbortHandle::abort);
    }
}

fn exit_of(status: std::io::Result<ExitStatus>) -> Exit {
    match status {
        Ok(status) => {
            let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
            Exit { code: code.into(), out_of_memory: false, error: String::new() }
        }
        Err(error) => unknown(&error.to_string()),
    }
}
