//! What went wrong, as a diagnosis a person can act on.

mod known;

pub use known::{Scene, known};

use crate::build_failure;
use crate::output::Gone;
use crate::probing::Failed;
use diagnosis::{Diagnosis, Place, Snippet, engine as rows, start};
use engine::{EngineError, Exit, Memory, Mount, MountSource};
use model::{Deployment, DeploymentKind, InstanceId, NoCode, TimeScale};
use semantics::path_fault::read_only_fault;
use semantics::startup::{Evidence, Finding, explain_for, without};
use semantics::traceback::unmixed;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How many lines of the log come with a diagnosis.
pub const TAIL: usize = 12;

/// An instance as its end is explained.
#[derive(Debug)]
pub struct Ended<'a> {
    pub deployment: &'a Deployment,
    pub mounts: &'a [Mount],
    pub id: &'a InstanceId,
    pub log: &'a crate::log::Log,
    /// The mark in the log where this life of the instance began: earlier ones explain nothing.
    pub since: u64,
    /// Where its end begins: what comes later is the server's, which tries again.
    pub until: Option<u64>,
    /// Of its memory, in bytes.
    pub limit: Option<u64>,
    /// Processes that share the log: what they say is no part of it.
    pub others: &'a [u32],
}

impl<'a> Ended<'a> {
    pub fn besides(self, others: &'a [u32]) -> Self {
        Self { others, ..self }
    }

    /// The instance is gone.
    pub fn gone(&self, gone: &Gone) -> Diagnosis {
        self.explained(Some(&gone.exit), gone.engine_was_away)
    }

    /// The server is gone, or its workers die again and again.
    pub fn exited(&self, exit: Option<&Exit>) -> Diagnosis {
        self.explained(exit, false)
    }

    fn explained(&self, exit: Option<&Exit>, engine_was_away: bool) -> Diagnosis {
        let script = self.deployment.code.as_ref().map(|code| code.scoring_script.as_str());
        let text = self.lines().join("\n");
        let evidence = Evidence {
            exit_code: exit.map(|exit| exit.code),
            out_of_memory: exit.is_some_and(|exit| exit.out_of_memory),
            engine_error: exit.map_or("", |exit| exit.error.as_str()),
            log: &text,
            entry_script: script,
            asked_to_stop: false,
            engine_was_away,
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
        let message = format!("{}: {what}{}, when Azure kills it and starts it again", self.id, clock(scale));
        self.headline(message).caused_by(cause).fact("probe", failed.why()).log_tail(self.tail_to(None))
    }

    /// It lives, and has not become ready in the time its readiness probe gives. How long Azure waits is not known.
    pub fn never_available(&self, after: Duration, scale: TimeScale, why: &str) -> Diagnosis {
        let seconds = (after * scale.times()).as_secs();
        let message = format!("{}: alive, and not ready for {seconds} s{}", self.id, clock(scale));
        self.headline(message).caused_by(start::READINESS_PROBE_FAILED).fact("probe", why).log_tail(self.tail_to(None))
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
        if let Some(reason) = &finding.reason {
            let in_user_code = finding.traceback.is_some();
            let scene = Scene { deployment: self.deployment, mounts: self.mounts, in_user_code };
            diagnosis = known(diagnosis.fact("raised", reason), scene, reason);
        } else if let Some(hint) = finding.hint {
            diagnosis = diagnosis.fact("found", hint.what).remedy(hint.remedy);
        } else if let Some(line) = self.lines().iter().rev().find(|line| read_only_fault(line)) {
            let scene = Scene { deployment: self.deployment, mounts: self.mounts, in_user_code: false };
            diagnosis = known(diagnosis.fact("said", line.trim()), scene, line);
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
        let lines = self.lines();
        let reason = reason.and_then(|reason| reason.lines().next());
        let end = reason.and_then(|reason| lines.iter().rposition(|line| line.trim_end() == reason));
        let end = end.map_or(lines.len(), |at| at + 1);
        lines[end.saturating_sub(TAIL)..end].to_vec()
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = self.log.since(self.since);
        if let Some(until) = self.until {
            let later = usize::try_from(self.log.count().saturating_sub(until)).unwrap_or(usize::MAX);
            lines.truncate(lines.len().saturating_sub(later));
        }
        unmixed(without(lines, self.others))
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
fn clock(scale: TimeScale) -> String {
    match scale.times() {
        1 => String::new(),
        times => format!(" of a clock that is {times} times faster (--time-scale)"),
    }
}

fn used(limit: u64, peak: Option<u64>) -> String {
    format!("peak {} MiB, limit {} MiB", peak.unwrap_or(limit) >> 20, limit >> 20)
}

/// The file on this machine that a path in an instance stands for, relative to the project where it can be.
pub fn host_path(deployment: &Deployment, seen: &str) -> PathBuf {
    let mounts = crate::plan::mounts(deployment, None);
    // Made by us: no file of this machine, so the path in the container says most.
    let ours = || mounts.iter().find_map(|mount| Some(seen[seen.find(&mount.target)?..].into()));
    let path = hosted(&mounts, seen).or_else(ours).unwrap_or_else(|| PathBuf::from(seen));
    deployment.shown(&path).to_owned()
}

/// `None`: it is below no mount of a path.
fn hosted(mounts: &[Mount], seen: &str) -> Option<PathBuf> {
    mounts.iter().find_map(|mount| {
        let MountSource::Path(source) = &mount.source else { return None };
        // A process sees the same tree below its private folder, so the target may stand anywhere in the path.
        let (_, rest) = seen.split_once(&mount.target)?;
        let rest = rest.trim_start_matches('/');
        Some(if rest.is_empty() { source.clone() } else { source.join(rest) })
    })
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
        EngineError::MountMissing(path) => {
            if deployment.code.as_ref().is_some_and(|code| code.folder == path) {
                let message = format!("{name}: {} does not exist", path.display());
                return Diagnosis::error(start::USER_SCRIPT_NOT_FOUND, message);
            }
            crate::storage::missing(deployment, &path)
        }
        EngineError::ImageAbsent { image } if deployment.no_code() == Some(NoCode::Triton) => {
            crate::plan::triton_missing(deployment, &image)
        }
        EngineError::ImageAbsent { .. } => Diagnosis::error(rows::IMAGE_NOT_FOUND, format!("{name}: {error}"))
            .remedy("leave out `--pull never`, or name an image of this machine under [images] in local-endpoint.toml"),
        EngineError::ProgramNotFound { program } if program == "azmlinfsrv" || program.contains("python") => {
            let message = format!("{name}: the image has no {program}, so nothing can run the scoring script");
            Diagnosis::error(start::RESOURCE_NOT_READY, message).caused_by(start::INFERENCE_SERVER_MISSING)
        }
        EngineError::ProgramNotFound { program } => {
            let message = format!("{name}: the image has no {program}");
            Diagnosis::error(start::RESOURCE_NOT_READY, message).caused_by(start::COMMAND_NOT_FOUND)
        }
        // crun does not start it; with runc it starts, and its log says so.
        EngineError::Other(said) if said.to_lowercase().contains("exec format error") => {
            Diagnosis::error(start::RESOURCE_NOT_READY, format!("{name}: {said}")).caused_by(start::EXEC_FORMAT_ERROR)
        }
        other => {
            let message = || format!("{name}: {other}");
            let told = crate::pull::failed(deployment, &other).or_else(|| build_failure::failed(deployment, &other));
            told.unwrap_or_else(|| Diagnosis::error(row(&other), message()))
        }
    }
}

fn row(error: &EngineError) -> diagnosis::Code {
    match error {
        EngineError::Unavailable(_) => rows::ENGINE_UNAVAILABLE,
        EngineError::DiskFull(_) => rows::DISK_FULL,
        EngineError::PortTaken(_) => rows::INSTANCE_PORT_TAKEN,
        _ => rows::ENGINE_FAILED,
    }
}
