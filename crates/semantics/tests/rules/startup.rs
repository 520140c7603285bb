//! Starts that failed, by the logs they left.

use crate::table::{equal, folder, run};
use model::DeploymentKind;
use semantics::build_log;
use semantics::startup::{CrashLoop, Evidence, Finding, explain_for, progress};
use semantics::traceback::{Traceback, last};
use serde::Deserialize;

pub const TABLES: &[&str] = &["build_log", "crash_loop", "log_line", "startup", "traceback"];

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
    /// The image has a server of its own.
    #[serde(default)]
    custom: bool,
    expected: String,
    cause: Option<String>,
    message: String,
    /// `file:line: text` of the user's line.
    line: Option<String>,
    reason: Option<String>,
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
        };
        let found = explain_for(row.kind.unwrap_or(DeploymentKind::Managed), &evidence);
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
}

#[test]
fn builds() {
    run("build_log", |row: BuildRow| {
        let log = std::fs::read_to_string(folder().join(format!("build/{}.log", row.log))).expect("the log");
        equal(build_log::explain(&log).map(|found| found.what), row.expected)
    });
}
