//! The command, which a signal to us ends, too: it is never left behind.

use super::group::Group;
use crate::exit::Code;
use crate::signals::Signals;
use diagnosis::{Diagnosis, local};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use model::{Event, EventKind};
use std::collections::VecDeque;
use std::ffi::OsString;
use std::process::ExitStatus;
use std::time::Duration;
use tokio::process::Command;

/// So long may the command take to end once it was asked to.
const GRACE: Duration = Duration::from_secs(10);

/// What happened before the command ended may be told of a little later; on a busy machine that takes longer.
const QUIET: Duration = Duration::from_millis(100);
const UNDER_WAY: Duration = Duration::from_secs(1);

/// So many events are kept.
const KEPT: usize = 50;

pub struct Child {
    process: tokio::process::Child,
    group: Group,
}

impl Child {
    pub fn start(command: &[OsString], variables: Vec<(String, String)>) -> Result<Self, Diagnosis> {
        let (program, arguments) = command.split_first().map_or((None, &[][..]), |(it, rest)| (Some(it), rest));
        let program = program.cloned().unwrap_or_default();
        let mut command = Command::new(&program);
        let started = Group::start(command.args(arguments).envs(variables).kill_on_drop(true));
        started.map(|(process, group)| Self { process, group }).map_err(|error| {
            let message = format!("{}: {error}", program.to_string_lossy());
            Diagnosis::error(local::COMMAND_NOT_STARTED, message)
        })
    }

    /// Its exit code, as shells give it, of a signal of ours that signal's; and the last of what happened meanwhile,
    /// which would tear the command's own words apart.
    pub async fn ended(
        mut self,
        signals: &mut Signals,
        mut events: BoxStream<'static, Result<Event, Diagnosis>>,
    ) -> Result<(Code, VecDeque<Event>), Diagnosis> {
        let mut met = VecDeque::new();
        loop {
            tokio::select! {
                biased;
                code = signals.asked() => {
                    self.leaves(code, signals).await;
                    return Ok((code, met));
                }
                status = self.process.wait() => {
                    let code = code_of(status.map_err(|error| gone(&error))?);
                    let _ = tokio::time::timeout(UNDER_WAY, keep_all(&mut met, &mut events)).await;
                    return Ok((code, met));
                }
                Some(Ok(event)) = events.next() => keep(&mut met, event),
            }
        }
    }

    /// Asked to end, unless the terminal has asked it already; killed when it does not, or when somebody insists.
    async fn leaves(&mut self, code: Code, signals: &mut Signals) {
        self.group.ask(code);
        let group = self.group;
        let left = async {
            let _ = self.process.wait().await;
            group.left().await;
        };
        tokio::select! {
            () = left => return,
            _ = signals.asked() => {}
            () = tokio::time::sleep(GRACE) => {}
        }
        group.kill();
        let _ = self.process.kill().await;
    }
}

fn keep(met: &mut VecDeque<Event>, event: Event) {
    if !matches!(event.kind, EventKind::Log { .. }) {
        met.push_back(event);
    }
    if met.len() > KEPT {
        met.pop_front();
    }
}

/// Until nothing is on its way any more.
async fn keep_all(met: &mut VecDeque<Event>, events: &mut BoxStream<'static, Result<Event, Diagnosis>>) {
    while let Ok(Some(Ok(event))) = tokio::time::timeout(QUIET, events.next()).await {
        keep(met, event);
    }
}

fn code_of(status: ExitStatus) -> Code {
    Code(status.code().or_else(|| by_signal(status)).and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX))
}

#[cfg(unix)]
fn by_signal(status: ExitStatus) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt;
    status.signal().map(|signal| 128 + signal)
}

#[cfg(not(unix))]
fn by_signal(_: ExitStatus) -> Option<i32> {
    None
}

fn gone(error: &std::io::Error) -> Diagnosis {
    Diagnosis::error(local::INTERNAL, format!("the command cannot be waited for: {error}"))
}
