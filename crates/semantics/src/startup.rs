//! Why an instance did not come up, from its exit and its log.

mod hint;
mod process;
mod script;
mod server;

pub use crate::crash_loop::CrashLoop;
pub use crate::log_line::{LogSign, progress, without};
pub use hint::{Hint, hint};

use crate::traceback::Traceback;
use diagnosis::{Code, start};
use model::DeploymentKind;

/// What is known of a start that failed. The log is that of this start alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Evidence<'a> {
    /// `None`: it still runs, and was given up.
    pub exit_code: Option<i64>,
    /// The engine says that the memory limit was hit.
    pub out_of_memory: bool,
    /// What the engine said instead of starting it; empty when it started.
    pub engine_error: &'a str,
    pub log: &'a str,
    /// The scoring script; `None`: the image runs a server of its own.
    pub entry_script: Option<&'a str>,
    /// We had asked it to stop: what it logged then is no fault of the user's.
    pub asked_to_stop: bool,
    /// The engine did not answer when it ended.
    pub engine_was_away: bool,
}

/// A line of user code, as the container names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracebackLine {
    pub file: String,
    pub line: u32,
    /// The source line; may be empty.
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The headline, Azure's name.
    pub code: Code,
    /// Our finding beneath it, where the two differ.
    pub cause: Option<Code>,
    /// One sentence with the names in it.
    pub message: String,
    /// The innermost frame of user code.
    pub traceback: Option<TracebackLine>,
    /// The exception's own line: `ValueError: the text`.
    pub reason: Option<String>,
    /// What is known of these words.
    pub hint: Option<Hint>,
}

/// What a managed endpoint says of it: `ResourceNotReady`, and our finding beneath.
pub fn explain(evidence: &Evidence<'_>) -> Finding {
    explain_for(DeploymentKind::Managed, evidence)
}

/// What an endpoint of this kind says of it. Kubernetes endpoints use the finding's own name where it is Azure's.
pub fn explain_for(kind: DeploymentKind, evidence: &Evidence<'_>) -> Finding {
    let cause = find(evidence);
    if cause.code == start::OPERATION_CANCELED {
        return cause.headline(start::OPERATION_CANCELED);
    }
    match kind {
        DeploymentKind::Managed => cause.headline(start::RESOURCE_NOT_READY),
        DeploymentKind::Kubernetes if cause.code.row().origin == diagnosis::Origin::Azure => {
            let code = cause.code;
            cause.headline(code)
        }
        DeploymentKind::Kubernetes => cause.headline(start::DEPLOYMENT_CRASH_LOOP),
    }
}

/// First what is certain, then what the log says, then what the exit code alone says.
fn find(evidence: &Evidence<'_>) -> Cause {
    process::before_the_log(evidence)
        .or_else(|| server::refused(evidence))
        .or_else(|| script::failed(evidence))
        .or_else(|| process::conda(evidence))
        .or_else(|| process::workers(evidence))
        .unwrap_or_else(|| process::exit(evidence))
}

/// A finding before anybody chose its headline.
#[derive(Debug)]
struct Cause {
    code: Code,
    what: String,
    traceback: Option<TracebackLine>,
    reason: Option<String>,
    hint: Option<Hint>,
}

impl Cause {
    fn new(code: Code, what: impl Into<String>) -> Self {
        Self { code, what: what.into(), traceback: None, reason: None, hint: None }
    }

    fn hinted(self, hint: Option<Hint>) -> Self {
        Self { hint, ..self }
    }

    fn of(mut self, exception: &Traceback) -> Self {
        self.reason = Some(exception.reason.clone());
        self.hint = hint(&exception.reason);
        self.traceback = exception.user_line().map(|frame| TracebackLine {
            file: frame.file.clone(),
            line: frame.line,
            text: frame.text.clone(),
        });
        self
    }

    fn headline(self, code: Code) -> Finding {
        let Self { code: cause, what, traceback, reason, hint } = self;
        let message = if cause == code { what } else { format!("{}: {what}", code.row().title) };
        Finding { code, cause: (cause != code).then_some(cause), message, traceback, reason, hint }
    }
}
