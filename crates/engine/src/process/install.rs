//! Commands that make an environment: their words as progress, and what their failure means.

use super::group::Group;
use super::instance::Instance;
use super::watchdog::Watchdog;
use crate::transcript::Transcript;
use crate::{EngineError, LogSource, index};
use futures_util::StreamExt;
use std::convert::Infallible;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::process::Command;

/// Runs the command to its end, as the step `(count, name)`. Its children end with it, also when this is dropped.
pub async fn run(
    (count, name): (&str, &str),
    mut command: Command,
    watchdog: &Arc<Mutex<Watchdog>>,
    transcript: &mut Transcript<'_>,
) -> Result<(), Failed> {
    transcript.begins(count, name);
    command.process_group(0).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let released = Arc::clone(watchdog);
    let instance = Instance::run(command, move |group| locked(&released).release(group)).map_err(Failed::Engine)?;
    let given_up = KillOnDrop(&instance.group);
    let guarded = locked(watchdog).guard(&instance.group);
    guarded.map_err(|error| Failed::Engine(EngineError::Other(error.to_string())))?;
    let lines = instance.output.lines(LogSource { tail: None, follow: true });
    let said = lines.map(|line| Ok::<_, Infallible>((line.text + "\n").into_bytes()));
    if transcript.follow(said).await.is_err() {
        return Err(Failed::Deadline);
    }
    let exit = instance.wait().await;
    std::mem::forget(given_up);
    if exit.code == 0 { Ok(()) } else { Err(Failed::Command) }
}

/// Why a step did not end well; what it said is in the transcript.
#[derive(Debug)]
pub enum Failed {
    Deadline,
    Command,
    Engine(EngineError),
}

/// Whoever gives up waiting ends the work.
struct KillOnDrop<'a>(&'a Group);

impl Drop for KillOnDrop<'_> {
    fn drop(&mut self) {
        self.0.kill();
    }
}

pub fn locked(watchdog: &Mutex<Watchdog>) -> std::sync::MutexGuard<'_, Watchdog> {
    watchdog.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Failed {
    pub fn told(self, mut transcript: Transcript<'_>) -> EngineError {
        match self {
            Self::Deadline => transcript.timed_out(),
            Self::Engine(error) => error,
            Self::Command => failed(transcript.step().to_owned(), transcript.log("")),
        }
    }
}

fn failed(step: String, log: Vec<String>) -> EngineError {
    let told = |line: &&String| !line.trim().is_empty() && !line.contains("[notice]");
    let main = log.iter().rev().find(|line| line.starts_with("ERROR: ") || line.starts_with("error: "));
    let reason = main.or_else(|| log.iter().rev().find(told)).map_or("it said nothing", |line| line.trim()).to_owned();
    if log.iter().any(|line| line.to_lowercase().contains("no space left on device")) {
        EngineError::DiskFull(reason)
    } else {
        index::judged(EngineError::BuildFailed { step, reason, log })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(text: &str) -> EngineError {
        let log: Vec<_> = text.lines().map(str::to_owned).collect();
        failed("pip install".into(), log)
    }

    #[test]
    fn a_network_that_is_not_there_is_not_a_missing_package() {
        let text = "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<urllib3>: Failed to establish a new connection: [Errno -2] Name or service not known')': /simple/flask/\nERROR: Could not find a version that satisfies the requirement flask (from versions: none)\nERROR: No matching distribution found for flask";
        assert!(
            matches!(fail(text), EngineError::IndexUnreachable { reason, .. } if reason.starts_with("WARNING: Retrying"))
        );
        let uv = "error: Failed to fetch: `https://index.example/simple/flask/`\n  Caused by: error sending request for url\n  Caused by: dns error";
        assert!(matches!(fail(uv), EngineError::IndexUnreachable { .. }));
    }

    #[test]
    fn what_cannot_be_installed_says_why() {
        let missing = "Looking in links: /srv/wheels\nERROR: Could not find a version that satisfies the requirement no-such (from versions: none)\nERROR: No matching distribution found for no-such\n\n[notice] A new release of pip is available";
        let EngineError::BuildFailed { step, reason, log } = fail(missing) else { panic!("wrong kind") };
        assert_eq!(
            (step.as_str(), reason.as_str()),
            ("pip install", "ERROR: No matching distribution found for no-such")
        );
        assert_eq!(log.len(), 5);
    }
}
