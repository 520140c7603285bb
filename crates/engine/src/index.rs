//! A package index that was not reached, known by the words of whoever tried.

use crate::EngineError;
use crate::transcript::step_of;

/// Said when it was not reached. pip says so early and ends with "No matching distribution found".
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
    "http 000 connection failed",
];

/// pip's word before it tries again, and before it does so for the last time.
const AGAIN: &str = "Retrying (Retry(total=";
const LAST_TIME: &str = "Retrying (Retry(total=0";

/// What pip ends with where it got no answer, or one without the package.
const NOTHING_FOUND: &str = "(from versions: none)";

/// So many lines at the end tell what ended it; an error of conda's has about twenty around it.
const NEAR: usize = 40;

/// A build that failed because its index was not reached is told as that.
pub fn judged(failed: EngineError) -> EngineError {
    match failed {
        EngineError::BuildFailed { step, log, reason } => match unreachable(&log) {
            Some(line) => EngineError::IndexUnreachable { step, reason: line.trim().to_owned(), log },
            None => EngineError::BuildFailed { step, log, reason },
        },
        other => other,
    }
}

/// The line that says so. A connection that was lost once and found again ended nothing.
fn unreachable(log: &[String]) -> Option<&String> {
    let begun = log.iter().rposition(|line| step_of(line).is_some()).unwrap_or(0);
    let step = &log[begun..];
    let says = |line: &&String| {
        let line = line.to_lowercase();
        UNREACHABLE.iter().any(|words| line.contains(words))
    };
    let mut end = step.iter().rev().filter(|line| !line.trim().is_empty()).take(NEAR);
    let ended = end.find(|line| says(line) && !line.contains(AGAIN));
    let nothing = || step.iter().any(|line| line.contains(NOTHING_FOUND));
    ended.or_else(|| step.iter().rfind(|line| line.contains(LAST_TIME) && says(line)).filter(|_| nothing()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five times, as pip does by itself.
    fn lost(times: usize) -> String {
        let line = |left| {
            format!(
                "WARNING: Retrying (Retry(total={left}, connect=None)) after connection broken by 'NewConnectionError('<urllib3>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/flask/\n"
            )
        };
        (0..times).map(|at| line(4 - at)).collect()
    }

    #[test]
    fn what_ended_it_is_told_and_nothing_that_went_by() {
        let none = "ERROR: Could not find a version that satisfies the requirement flask (from versions: none)\nERROR: No matching distribution found for flask\n";
        let other =
            "ERROR: Could not find a version that satisfies the requirement flask==99 (from versions: 3.1.2, 3.1.3)\n";
        let conda = "CondaHTTPError: HTTP 000 CONNECTION FAILED for url <https://conda.example/noarch/repodata.json>\nElapsed: -\n\nAn HTTP error occurred when trying to retrieve this URL.\n";
        let download = "ERROR: Could not install packages due to an OSError: HTTPSConnectionPool(host='f.example', port=443): Max retries exceeded with url: /flask.whl (Caused by NewConnectionError('Failed to establish a new connection'))\n";
        let compiled =
            "  error: connection refused\n".to_owned() + &"  building\n".repeat(NEAR) + "error: command 'gcc' failed\n";
        let rows = [
            (lost(5) + none, true),
            (lost(1) + none, false),
            (lost(1) + other, false),
            (lost(5) + other, false),
            (lost(1) + conda, true),
            (lost(2) + download, true),
            (lost(5) + "Step 2/2 : true\n" + none, false),
            (compiled, false),
        ];
        for (text, expected) in rows {
            let log = text.lines().map(str::to_owned).collect();
            let error = judged(EngineError::BuildFailed { step: "s".into(), reason: "r".into(), log });
            assert_eq!(matches!(error, EngineError::IndexUnreachable { .. }), expected, "{text}");
        }
    }
}
