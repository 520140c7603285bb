//! What went wrong, as a diagnosis a person can act on.

use crate::probing::Failed;
use diagnosis::{Diagnosis, Place, Snippet, engine as rows, start};
use engine::{EngineError, Exit, Memory};
use model::{Deployment, DeploymentKind, InstanceId, NoCode, TimeScale};
use semantics::build_log;
use semantics::startup::{Evidence, Finding, explain_for};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How many lines of the log come with a diagnosis.
const TAIL: usize = 12;

/// An instance as its end is explained.
#[derive(Debug)]
pub struct Ended<'a> {
    pub deployment: &'a Deployment,
    pub id: &'a InstanceId,
    pub log: &'a crate::log::Log,
    /// The mark in the log where this life of the instance began: earlier ones explain nothing.
    pub since: u64,
    /// Where its end begins: what comes later is the server's, which tries again.
    pub until: Option<u64>,
    /// Of its memory, in bytes.
    pub limit: Option<u64>,
}

impl Ended<'_> {
    /// The instance is gone, or its workers die again and again.
    pub fn exited(&self, exit: Option<&Exit>) -> Diagnosis {
        let script = self.deployment.code.as_ref().map(|code| code.scoring_script.as_str());
        let text = self.log.since(self.since).join("\n");
        let evidence = Evidence {
            exit_code: exit.map(|exit| exit.code),
            out_of_memory: exit.is_some_and(|exit| exit.out_of_memory),
            engine_error: exit.map_or("", |exit| exit.error.as_str()),
            log: &text,
            entry_script: script,
            asked_to_stop: false,
        };
        let code = exit.map(|exit| ("exit code", exit.code.to_string()));
        let found = self.found(explain_for(self.deployment.kind, &evidence), code);
        let limit = self.limit.filter(|_| evidence.out_of_memory);
        limit.map_or(found.clone(), |limit| found.fact("memory", used(limit, None)))
    }

    /// A process in it was killed before it was ready: the server would start the same again and again.
    pub fn ran_out_in_init(&self, memory: Memory) -> Diagnosis {
        let message = format!("{}: a process in the container was killed while it started: memory ran out", self.id);
        self.out_of_memory(message, memory)
    }

    /// A process in it was killed, and the instance lives on.
    pub fn ran_out(&self, memory: Memory) -> Diagnosis {
        let message = format!(
            "{}: a process in the container was killed: memory ran out; its request failed, the instance serves on",
            self.id
        );
        self.out_of_memory(message, memory)
    }

    /// A worker was killed by somebody else than the server, and no limit of ours is kept.
    pub fn worker_killed(&self) -> Diagnosis {
        let message =
            format!("{}: a worker of the server was killed (SIGKILL), most likely because memory ran out", self.id);
        self.out_of_memory(message, Memory::default())
    }

    fn out_of_memory(&self, message: String, memory: Memory) -> Diagnosis {
        let diagnosis = match self.deployment.kind {
            DeploymentKind::Managed => self.headline(message).caused_by(start::POD_OUT_OF_MEMORY),
            DeploymentKind::Kubernetes => Diagnosis::error(start::POD_OUT_OF_MEMORY, message),
        };
        let limit = memory.limit.or(self.limit);
        let diagnosis = limit.map_or(diagnosis.clone(), |limit| diagnosis.fact("memory", used(limit, memory.peak)));
        diagnosis.log_tail(self.tail_to(None))
    }

    /// Azure would kill it now: it did not answer in the time its liveness probe gives.
    pub fn never_ready(&self, after: Duration, scale: TimeScale, failed: &Failed) -> Diagnosis {
        let seconds = (after * scale.times()).as_secs();
        let (what, cause) = match failed {
            Failed::Silent(_) => (format!("not ready after {seconds} s"), start::INIT_TIMEOUT),
            Failed::Wrong(_) => (format!("failed its liveness probe for {seconds} s"), start::LIVENESS_PROBE_FAILED),
        };
        let clock = match scale.times() {
            1 => String::new(),
            times => format!(" of a clock that is {times} times faster (--time-scale)"),
        };
        let message = format!("{}: {what}{clock}, when Azure kills it and starts it again", self.id);
        self.headline(message).caused_by(cause).fact("probe", failed.why()).log_tail(self.tail_to(None))
    }

    /// The liveness probe failed too often on an instance that had been ready.
    pub fn not_alive(&self, failed: &Failed) -> Diagnosis {
        let message = format!("{}: the liveness probe failed too often; it is restarted", self.id);
        let diagnosis = self.headline(message).caused_by(start::LIVENESS_PROBE_FAILED);
        diagnosis.fact("probe", failed.why()).log_tail(self.tail_to(None))
    }

    fn found(&self, finding: Finding, exit: Option<(&str, String)>) -> Diagnosis {
        let mut diagnosis = Diagnosis::error(finding.code, format!("{}: {}", self.id, finding.message));
        diagnosis.cause = finding.cause;
        let tail = self.tail_to(finding.reason.as_deref());
        if let Some(reason) = finding.reason {
            diagnosis = diagnosis.fact("raised", reason);
        }
        if let Some(line) = finding.traceback {
            diagnosis = diagnosis.at(source_place(self.deployment, &line.file, line.line as usize, &line.text));
        }
        if let Some((name, code)) = exit {
            diagnosis = diagnosis.fact(name, code);
        }
        diagnosis.log_tail(tail)
    }

    /// The lines that end with the user's exception, rather than the server's own words after it.
    fn tail_to(&self, reason: Option<&str>) -> Vec<String> {
        let mut lines = self.log.since(self.since);
        if let Some(until) = self.until {
            let later = usize::try_from(self.log.count().saturating_sub(until)).unwrap_or(usize::MAX);
            lines.truncate(lines.len().saturating_sub(later));
        }
        let reason = reason.and_then(|reason| reason.lines().next());
        let end = reason.and_then(|reason| lines.iter().rposition(|line| line.trim_end() == reason));
        let end = end.map_or(lines.len(), |at| at + 1);
        lines[end.saturating_sub(TAIL)..end].to_vec()
    }

    fn headline(&self, message: String) -> Diagnosis {
        let code = match self.deployment.kind {
            DeploymentKind::Managed => start::RESOURCE_NOT_READY,
            DeploymentKind::Kubernetes => start::DEPLOYMENT_CRASH_LOOP,
        };
        Diagnosis::error(code, message)
    }
}

/// In MiB. An engine that keeps no peak is no wiser than this: the kernel kills at the limit.
fn used(limit: u64, peak: Option<u64>) -> String {
    format!("peak {} MiB, limit {} MiB", peak.unwrap_or(limit) >> 20, limit >> 20)
}

/// The file on this machine that a path in an instance stands for, relative to the project where it can be.
pub fn host_path(deployment: &Deployment, seen: &str) -> PathBuf {
    let hosted = crate::plan::mounts(deployment).into_iter().find_map(|mount| {
        // A process sees the same tree below its private folder, so the target may stand anywhere in the path.
        let (_, rest) = seen.split_once(&mount.target)?;
        let source = match mount.source {
            engine::MountSource::Path(source) => source,
            // Made by us: no file of this machine, so the path in the container says most.
            engine::MountSource::Archive(_) => PathBuf::from(mount.target),
        };
        let rest = rest.trim_start_matches('/');
        Some(if rest.is_empty() { source } else { source.join(rest) })
    });
    let path = hosted.unwrap_or_else(|| PathBuf::from(seen));
    let project = deployment.file.parent().unwrap_or(Path::new(""));
    path.strip_prefix(project).map(Path::to_path_buf).unwrap_or(path)
}

/// A line of the user's code as a place, with the caret under the statement as the file has it.
pub fn source_place(deployment: &Deployment, seen: &str, line: usize, text: &str) -> Place {
    let file = host_path(deployment, seen);
    let project = deployment.file.parent().unwrap_or(Path::new(""));
    let source = std::fs::read_to_string(project.join(&file)).unwrap_or_default();
    let written = source.lines().nth(line.saturating_sub(1)).filter(|written| written.trim() == text);
    let written = written.unwrap_or(text);
    if text.is_empty() {
        return Place::Source { file, line };
    }
    let column = written.chars().take_while(|c| c.is_whitespace()).count() + 1;
    let snippet = Snippet { line: written.to_owned(), length: text.chars().count(), label: String::new() };
    Place::Yaml { file, line, column, snippet: Some(snippet) }
}

/// An engine's refusal, in the words of the deployment.
pub fn engine_error(deployment: &Deployment, error: EngineError) -> Diagnosis {
    let name = &deployment.name;
    match error {
        EngineError::BuildFailed { step, reason, log } => {
            let tail = log.len().saturating_sub(TAIL);
            let found =
                Diagnosis::error(rows::IMAGE_BUILD_FAILED, format!("{name}: the environment could not be built"))
                    .fact("step", step)
                    .fact("reason", reason)
                    .log_tail(log[tail..].to_vec());
            match build_log::explain(&log.join("\n")) {
                Some(finding) => found.fact("found", finding.what).remedy(finding.remedy),
                None => found,
            }
        }
        EngineError::MountMissing(path) => {
            let message = format!("{name}: {} does not exist", path.display());
            let code = deployment.code.as_ref().is_some_and(|code| code.folder == path);
            Diagnosis::error(if code { start::USER_SCRIPT_NOT_FOUND } else { start::USER_MODEL_NOT_FOUND }, message)
        }
        EngineError::ImageNotFound { image, .. } if deployment.no_code() == Some(NoCode::Triton) => {
            crate::plan::triton_missing(deployment, &image)
        }
        EngineError::ProgramNotFound { program } if program == "azmlinfsrv" => {
            let message = format!("{name}: the image has no {program}, so nothing can run the scoring script");
            Diagnosis::error(start::RESOURCE_NOT_READY, message).caused_by(start::INFERENCE_SERVER_MISSING)
        }
        EngineError::ProgramNotFound { program } => {
            let message = format!("{name}: the image has no {program}");
            Diagnosis::error(start::RESOURCE_NOT_READY, message).caused_by(start::COMMAND_NOT_FOUND)
        }
        other => Diagnosis::error(row(&other), format!("{name}: {other}")),
    }
}

fn row(error: &EngineError) -> diagnosis::Code {
    match error {
        EngineError::Unavailable(_) => rows::ENGINE_UNAVAILABLE,
        EngineError::Unreachable { .. } => rows::IMAGE_UNREACHABLE,
        EngineError::Denied { .. } => rows::IMAGE_DENIED,
        EngineError::ImageNotFound { .. } => rows::IMAGE_NOT_FOUND,
        EngineError::DiskFull(_) => rows::DISK_FULL,
        EngineError::PortTaken(_) => rows::INSTANCE_PORT_TAKEN,
        _ => rows::ENGINE_FAILED,
    }
}
