//! What the process and its engine say.

use super::{Cause, Evidence, Hint};
use crate::build_log;
use crate::crash_loop::CrashLoop;
use crate::log_line::{LogSign, progress};
use crate::pattern::pattern;
use crate::traceback;
use diagnosis::{engine as rows, start};

/// What needs no log: a stop that was asked for, no program to run, the memory limit.
pub(super) fn before_the_log(evidence: &Evidence<'_>) -> Option<Cause> {
    if evidence.asked_to_stop {
        return Some(Cause::new(start::OPERATION_CANCELED, "the start was stopped before it was done"));
    }
    if evidence.out_of_memory {
        return Some(Cause::new(start::POD_OUT_OF_MEMORY, "the container reached its memory limit and was killed"));
    }
    with_its_engine(evidence).or_else(|| not_executable(evidence)).or_else(|| no_program(evidence))
}

/// An engine that stops asks its containers to end, and kills them after a while; one that was killed does so when it
/// starts anew. Another exit code is the container's own.
fn with_its_engine(evidence: &Evidence<'_>) -> Option<Cause> {
    const STOPPED: [i64; 3] = [0, 137, 143];
    let stopped = evidence.engine_was_away && evidence.exit_code.is_some_and(|code| STOPPED.contains(&code));
    let what = "it ended while the container engine was away, which ends its containers when it stops or starts anew";
    stopped.then(|| Cause::new(rows::ENDED_WITH_ENGINE, what))
}

pattern!(
    EXEC_FORMAT,
    r"(?mi)^(?:exec \S+: |standard_init_linux\.go:\d+: .*|(?:\S*sh|\S+: line \d+): .*)exec format error$"
);

/// The kernel's ENOEXEC, as runc and shells say it for what they were to become: that of a script's own child is in a traceback.
fn not_executable(evidence: &Evidence<'_>) -> Option<Cause> {
    let of_the_log = || {
        let ended = matches!(evidence.exit_code, Some(1 | 126 | 255));
        EXEC_FORMAT.find_iter(evidence.log).last().filter(|_| ended).map(|line| line.as_str())
    };
    let of_the_engine = evidence.engine_error.to_lowercase().contains("exec format error");
    let words = of_the_engine.then_some(evidence.engine_error).or_else(of_the_log)?;
    let what = "its program is for another processor than this machine's, or a script without `#!`";
    Some(Cause::new(start::EXEC_FORMAT_ERROR, format!("{what} ({})", said(evidence, words))))
}

fn no_program(evidence: &Evidence<'_>) -> Option<Cause> {
    let shell = matches!(evidence.exit_code, Some(126 | 127));
    let absent = ["exec: \"", "(os error 2)", "(os error 13)"].iter().any(|sign| evidence.engine_error.contains(sign));
    if shell || absent {
        let text = if evidence.engine_error.is_empty() { evidence.log } else { evidence.engine_error };
        return Some(without_program(evidence, text));
    }
    evidence.log.contains("No module named azureml_inference_server_http").then(without_server)
}

fn without_program(evidence: &Evidence<'_>, text: &str) -> Cause {
    if text.contains("azmlinfsrv") || (evidence.entry_script.is_some() && evidence.exit_code == Some(127)) {
        return without_server();
    }
    Cause::new(start::COMMAND_NOT_FOUND, format!("its command cannot be run ({})", said(evidence, text)))
}

/// What matters of the engine's long sentence: from `exec:` on.
fn said(evidence: &Evidence<'_>, text: &str) -> String {
    match text.trim().lines().last() {
        Some(line) => line[line.find("exec: ").unwrap_or(0)..].trim_end_matches(": unknown").to_owned(),
        None => format!("exit code {}", evidence.exit_code.unwrap_or(127)),
    }
}

fn without_server() -> Cause {
    Cause::new(start::INFERENCE_SERVER_MISSING, "the environment does not have azureml-inference-server-http")
}

/// Workers that die while they start, with a master that lives on.
pub(super) fn workers(evidence: &Evidence<'_>) -> Option<Cause> {
    let signs: Vec<_> = evidence.log.lines().map(progress).filter(|sign| *sign != LogSign::Other).collect();
    if killed(&signs) {
        let what = "a worker of the inference server was killed (SIGKILL), most likely because memory ran out";
        return Some(Cause::new(start::POD_OUT_OF_MEMORY, what));
    }
    let mut boots = CrashLoop::default();
    let loops = evidence.log.lines().fold(false, |_, line| boots.sees(line));
    loops.then(|| Cause::new(start::WORKER_CRASH_LOOP, looping(evidence, &signs)))
}

/// A SIGKILL that gunicorn did not send itself after WORKER TIMEOUT.
fn killed(signs: &[LogSign]) -> bool {
    signs.iter().any(|sign| match sign {
        LogSign::WorkerSignalled { pid, signal } => {
            signal == "SIGKILL" && !signs.contains(&LogSign::WorkerTimeout(*pid))
        }
        _ => false,
    })
}

fn looping(evidence: &Evidence<'_>, signs: &[LogSign]) -> String {
    if evidence.log.contains("** Cannot connect to a debugger because debugpy is not installed.") {
        return "AZUREML_DEBUG_PORT is set, but the environment does not have debugpy".into();
    }
    let place = if signs.contains(&LogSign::InitBegins) { "in init()" } else { "before init()" };
    let end = signs.iter().rev().find_map(|sign| match sign {
        LogSign::WorkerExited { code, .. } => Some(format!("exit code {code}")),
        LogSign::WorkerSignalled { signal, .. } => Some(signal.clone()),
        _ => None,
    });
    let end = end.unwrap_or_else(|| "exit code 0".into());
    format!("the worker process of the inference server dies {place} again and again ({end})")
}

/// conda installs when the container starts: so do Azure's images for MLflow models.
pub(super) fn conda(evidence: &Evidence<'_>) -> Option<Cause> {
    let words = evidence.log.lines().rev().find(|line| line.starts_with("CondaEnvException: "))?;
    let found = build_log::explain(evidence.log).map(|it| Hint { what: it.what, remedy: it.remedy.to_owned() });
    let what = format!("conda could not install the environment ({})", words.trim());
    Some(Cause::new(start::CONDA_ENVIRONMENT_FAILED, what).hinted(found))
}

/// The exit code, when nothing else says more.
pub(super) fn exit(evidence: &Evidence<'_>) -> Cause {
    if !evidence.engine_error.is_empty() {
        return Cause::new(start::CONTAINER_CRASHED, format!("it could not be started ({})", evidence.engine_error));
    }
    match evidence.exit_code {
        None => never_ready(evidence),
        Some(0) => Cause::new(start::CONTAINER_EXITED, "it ended by itself with exit code 0"),
        Some(code) => crashed(evidence, code),
    }
}

fn never_ready(evidence: &Evidence<'_>) -> Cause {
    let init = evidence.log.lines().any(|line| progress(line) == LogSign::InitBegins);
    let what = if init { "init() has not come to its end in time" } else { "it did not become ready in time" };
    Cause::new(start::INIT_TIMEOUT, what)
}

fn crashed(evidence: &Evidence<'_>, code: i64) -> Cause {
    let end = match signal(code) {
        Some(name) => format!("exit code {code}, {name}"),
        None => format!("exit code {code}"),
    };
    match traceback::last_of_any(evidence.log) {
        None => Cause::new(start::CONTAINER_CRASHED, end),
        Some(last) => Cause::new(start::CONTAINER_CRASHED, format!("{end}, {}", last.reason)).of(&last),
    }
}

/// The signal behind an exit code: `128 + n` of a container or a shell, `-n` of a child process.
fn signal(code: i64) -> Option<&'static str> {
    match if code < 0 { -code } else { code - 128 } {
        4 => Some("SIGILL"),
        6 => Some("SIGABRT"),
        7 => Some("SIGBUS"),
        9 => Some("SIGKILL"),
        11 => Some("SIGSEGV"),
        15 => Some("SIGTERM"),
        _ => None,
    }
}
