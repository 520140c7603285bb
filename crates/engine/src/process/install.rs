//! Commands that make an environment: their words as progress, and what their failure means.

use super::group::Group;
use crate::lines::without_escapes;
use crate::pace::Pace;
use crate::{EngineError, Report, Stream};
use futures_util::StreamExt;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::process::Command;

use super::instance::Instance;
use super::watchdog::Watchdog;
use crate::LogSource;

/// Said when the package index was not reached. pip says so early and ends with "No matching distribution found".
const UNREACHABLE: &[&str] = &[
    "failed to establish a new connection",
    "temporary failure in name resolution",
    "name or service not known",
    "connection refused",
    "network is unreachable",
    "certificate_verify_failed",
    "sslerror",
    "connecttimeouterror",
    "readtimeouterror",
    "read timed out",
    "connection reset by peer",
    "remotedisconnected",
    "cannot connect to proxy",
    "proxyerror",
    "dns error",
    "error sending request",
    "tcp connect error",
    "failed to lookup address",
];

/// Runs the command to its end; `step` is its name for people. Its children end with it, also when this is dropped.
pub async fn run(
    step: &str,
    mut command: Command,
    watchdog: &Arc<Mutex<Watchdog>>,
    report: Report<'_>,
) -> Result<Vec<String>, EngineError> {
    command.process_group(0).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let released = Arc::clone(watchdog);
    let instance = Instance::run(command, move |group| locked(&released).release(group))?;
    let given_up = KillOnDrop(&instance.group);
    locked(watchdog).guard(&instance.group).map_err(|error| EngineError::Other(error.to_string()))?;
    let mut lines = instance.output.lines(LogSource { tail: None, follow: true });
    let (mut log, mut errors, mut pace) = (Vec::new(), Vec::new(), Pace::default());
    while let Some(line) = lines.next().await {
        let text = without_escapes(&line.text);
        if !text.trim().is_empty() && pace.due() {
            report(format!("{step}: {}", text.trim()));
        }
        if line.stream == Stream::Stderr {
            errors.push(text.clone());
        }
        log.push(text);
    }
    let exit = instance.wait().await;
    std::mem::forget(given_up);
    if exit.code == 0 { Ok(log) } else { Err(failed(step, &errors, log)) }
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

fn failed(step: &str, errors: &[String], log: Vec<String>) -> EngineError {
    let all = log.join("\n").to_lowercase();
    let told = |line: &&String| !line.trim().is_empty() && !line.contains("[notice]");
    let reason = |lines: &[String]| {
        let main = lines.iter().rev().find(|line| line.starts_with("ERROR: ") || line.starts_with("error: "));
        main.or_else(|| lines.iter().rev().find(told)).map(|line| line.trim().to_owned())
    };
    let reason = reason(errors).or_else(|| reason(&log)).unwrap_or_else(|| "it said nothing".into());
    if all.contains("no space left on device") {
        EngineError::DiskFull(reason)
    } else if let Some(line) = log.iter().find(|line| is_unreachable(line)) {
        EngineError::Unreachable { target: "the package index".into(), reason: line.trim().to_owned() }
    } else {
        EngineError::BuildFailed { step: step.to_owned(), reason, log }
    }
}

fn is_unreachable(line: &str) -> bool {
    let line = line.to_lowercase();
    UNREACHABLE.iter().any(|words| line.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(text: &str) -> EngineError {
        let log: Vec<_> = text.lines().map(str::to_owned).collect();
        failed("pip install", &log, log.clone())
    }

    #[test]
    fn a_network_that_is_not_there_is_not_a_missing_package() {
        let text = "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError('<urllib3>: Failed to establish a new connection: [Errno -2] Name or service not known')': /simple/flask/\nERROR: Could not find a version that satisfies the requirement flask (from versions: none)\nERROR: No matching distribution found for flask";
        assert!(
            matches!(fail(text), EngineError::Unreachable { reason, .. } if reason.starts_with("WARNING: Retrying"))
        );
        let uv = "error: Failed to fetch: `https://index.example/simple/flask/`\n  Caused by: error sending request for url\n  Caused by: dns error";
        assert!(matches!(fail(uv), EngineError::Unreachable { .. }));
    }

    #[test]
    fn what_cannot_be_installed_says_why() {
        let missing = "Looking in links: /opt/wheels\nERROR: Could not find a version that satisfies the requirement no-such (from versions: none)\nERROR: No matching distribution found for no-such\n\n[notice] A new release of pip is available";
        let EngineError::BuildFailed { step, reason, log } = fail(missing) else { panic!("wrong kind") };
        assert_eq!(
            (step.as_str(), reason.as_str()),
            ("pip install", "ERROR: No matching distribution found for no-such")
        );
        assert_eq!(log.len(), 5);
    }
}
