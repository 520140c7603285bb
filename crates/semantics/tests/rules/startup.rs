//! Starts that failed, by the logs they left.

use crate::table::{equal, folder, run};
use model::DeploymentKind;
use semantics::build_log;
use semantics::startup::{CrashLoop, Evidence, Finding, explain_for, hint, progress};
use semantics::traceback::{Traceback, last};
use serde::Deserialize;

pub const TABLES: &[&str] = &["build_log", "crash_loop", "hint", "log_line", "startup", "traceback"];

fn log(name: &str) -> String {
    std::fs::read_to_string(folder().join(format!("startup/{name}.log"))).expect("the log")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StartRow {
    kind: Option<DeploymentKind>,
    /// A file of `startup/`; absent: nothing was logged.
    log: Option<String>,
    exit_code: Option<i64>,
    #[serde(default)]
    out_of_memory: bool,
    #[serde(default)]
    engine_error: String,
    #[serde(default)]
    asked_to_stop: bool,
    #[serde(default)]
    engine_was_away: bool,
    /// The image has a server of its own.
    #[serde(default)]
    custom: bool,
    expected: String,
    cause: Option<String>,
    message: String,
    /// `file:line: text` of the user's line.
    line: Option<String>,
    reason: Option<String>,
    /// What is known of these words.
    hint: Option<String>,
}

#[test]
fn starts() {
    run("startup", |row: StartRow| {
        let log = row.log.as_deref().map(log).unwrap_or_default();
        let evidence = Evidence {
            exit_code: row.exit_code,
            out_of_memory: row.out_of_memory,
            engine_error: &row.engine_error,
            log: &log,
            entry_script: (!row.custom).then_some("/var/azureml-app/code/score.py"),
            asked_to_stop: row.asked_to_stop,
            engine_was_away: row.engine_was_away,
        };
        let found = explain_for(row.kind.unwrap_or(DeploymentKind::Managed), &evidence);
        equal(found.hint.clone().map(|hint| hint.what), row.hint)?;
        equal(told(found), (row.expected, row.cause, row.message, row.line, row.reason))
    });
}

type Told = (String, Option<String>, String, Option<String>, Option<String>);

fn told(found: Finding) -> Told {
    let cause = found.cause.map(|code| code.name().to_owned());
    let line = found.traceback.map(|line| format!("{}:{}: {}", line.file, line.line, line.text));
    (found.code.name().to_owned(), cause, found.message, line, found.reason)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TracebackRow {
    log: String,
    /// `file:line: text` of the user's line.
    line: Option<String>,
    reason: Option<String>,
}

#[test]
fn tracebacks() {
    run("traceback", |row: TracebackRow| {
        let found = last(&log(&row.log));
        let line = found.as_ref().and_then(Traceback::user_line);
        let line = line.map(|frame| format!("{}:{}: {}", frame.file, frame.line, frame.text));
        equal((line, found.map(|found| found.reason)), (row.line, row.reason))
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineRow {
    line: String,
    expected: String,
}

#[test]
fn log_lines() {
    run("log_line", |row: LineRow| equal(format!("{:?}", progress(&row.line)), row.expected));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LoopRow {
    log: String,
    /// The line (from 1) at which the loop is seen; absent: there is none.
    expected: Option<usize>,
}

#[test]
fn crash_loops() {
    run("crash_loop", |row: LoopRow| {
        let mut boots = CrashLoop::default();
        let found = log(&row.log).lines().position(|line| boots.sees(line)).map(|index| index + 1);
        equal(found, row.expected)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BuildRow {
    /// A file of `build/`.
    log: String,
    /// Absent: no words that are known.
    expected: Option<String>,
    /// The requirement that is looked for in the user's file.
    pin: Option<String>,
}

#[test]
fn builds() {
    run("build_log", |row: BuildRow| {
        let log = std::fs::read_to_string(folder().join(format!("build/{}.log", row.log))).expect("the log");
        let found = build_log::explain(&log);
        let (what, pin) = found.map(|found| (found.what, found.pin)).unzip();
        equal((what, pin.flatten()), (row.expected, row.pin))
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HintRow {
    reason: String,
    /// A part of the sentence; absent: nothing is known of these words.
    expected: Option<String>,
}

#[test]
fn hints() {
    run("hint", |row: HintRow| {
        let found = hint(&row.reason).map(|hint| hint.what);
        let said = |part: &String| found.as_ref().is_some_and(|what| what.contains(part));
        match &row.expected {
            Some(part) if !said(part) => Err(format!("{found:?} has no {part:?}")),
            None if found.is_some() => Err(format!("{found:?}")),
            _ => Ok(()),
        }
    });
}
