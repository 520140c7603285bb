//! What the client is told of what the container did.

use crate::refusal::Refusal;
use diagnosis::{Code, serving};
use model::{Profile, Reason};

/// What became of the exchange with the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upstream {
    Status(u16),
    /// The container said 500 because `run()` raised. [`Upstream::answered`] tells it from any other 500.
    RunFailed,
    /// The connection was refused, reset or ended before a status.
    Closed,
    /// `request_timeout_ms` passed before a status.
    TimedOut,
    /// No instance was ready.
    NotReady,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The container's body and headers go on unchanged, under this status and with these headers added.
    Pass { status: u16, reason: Option<Reason>, headers: Vec<(&'static str, String)> },
    /// The front end answers itself.
    Refuse(Refusal),
}

impl Upstream {
    /// The container's answer: its status and its `x-ms-run-function-failed` header.
    pub fn answered(status: u16, run_function_failed: Option<&[u8]>) -> Self {
        let failed = run_function_failed.is_some_and(|value| value.trim_ascii().eq_ignore_ascii_case(b"true"));
        if status == 500 && failed { Self::RunFailed } else { Self::Status(status) }
    }
}

/// The container's own status, beside 424.
pub const MODEL_STATUS: &str = "ms-azureml-model-error-statuscode";
/// Why the answer is not the model's 200.
pub const MODEL_REASON: &str = "ms-azureml-model-error-reason";

pub fn judge(profile: Profile, upstream: Upstream) -> Verdict {
    match profile {
        Profile::Managed => managed(upstream),
        Profile::Kubernetes => kubernetes(upstream),
        Profile::Passthrough => passthrough(upstream),
    }
}

fn managed(upstream: Upstream) -> Verdict {
    match upstream {
        Upstream::Status(200) => passed(200, None),
        Upstream::Status(code) => model_error(code),
        Upstream::RunFailed => model_error(500),
        Upstream::Closed => Verdict::Refuse(MANAGED_CLOSED),
        Upstream::TimedOut => Verdict::Refuse(MANAGED_TIMEOUT),
        Upstream::NotReady => Verdict::Refuse(MANAGED_NOT_READY),
    }
}

fn model_error(code: u16) -> Verdict {
    let headers = vec![(MODEL_STATUS, code.to_string()), (MODEL_REASON, "model_error".into())];
    Verdict::Pass { status: 424, reason: Some(Reason::ModelError), headers }
}

fn kubernetes(upstream: Upstream) -> Verdict {
    match upstream {
        Upstream::Status(200) => passed(200, None),
        Upstream::Status(code) => passed(code, Some(Reason::ModelError)),
        Upstream::RunFailed => passed(502, Some(Reason::ModelError)),
        Upstream::Closed => Verdict::Refuse(KUBERNETES_CLOSED),
        Upstream::TimedOut => Verdict::Refuse(KUBERNETES_TIMEOUT),
        Upstream::NotReady => Verdict::Refuse(KUBERNETES_NOT_READY),
    }
}

/// A plain proxy's: what the server says passes, and its silence is told as HTTP has it.
fn passthrough(upstream: Upstream) -> Verdict {
    match upstream {
        Upstream::Status(code) => passed(code, None),
        Upstream::RunFailed => passed(500, None),
        Upstream::Closed => Verdict::Refuse(PASSTHROUGH_CLOSED),
        Upstream::TimedOut => Verdict::Refuse(PASSTHROUGH_TIMEOUT),
        Upstream::NotReady => Verdict::Refuse(PASSTHROUGH_NOT_READY),
    }
}

fn passed(status: u16, reason: Option<Reason>) -> Verdict {
    Verdict::Pass { status, reason, headers: vec![] }
}

/// The catalogue's name of an answer that is not the model's 200; `None` where nothing is to be explained.
pub fn code(profile: Profile, status: u16, reason: Reason) -> Option<Code> {
    let managed = profile == Profile::Managed;
    match reason {
        Reason::BodyTooLarge => Some(serving::BODY_TOO_LARGE),
        Reason::BadRequest => Some(serving::BAD_REQUEST),
        Reason::BodyTimeout => Some(serving::BODY_TIMEOUT),
        Reason::Internal => Some(serving::INTERNAL_ERROR),
        Reason::NoRoute => Some(serving::NO_ROUTE),
        Reason::ClientClosed => None,
        Reason::AnswerLost => Some(serving::ANSWER_LOST),
        Reason::Forbidden if profile == Profile::Passthrough => Some(serving::FOREIGN_HOST),
        _ if profile == Profile::Passthrough => None,
        Reason::Forbidden => Some(serving::FORBIDDEN),
        Reason::RateLimited => Some(serving::RATE_LIMITED),
        Reason::ModelError if managed => Some(serving::MODEL_ERROR),
        Reason::ModelError => (status == 502).then_some(serving::RUN_FAILED),
        Reason::UpstreamClosed if managed => Some(serving::MODEL_CLOSED),
        Reason::UpstreamClosed => Some(serving::RUN_FAILED),
        Reason::ModelNotReady if managed => Some(serving::MODEL_NOT_READY),
        Reason::ModelNotReady => Some(serving::NO_READY_REPLICA),
        Reason::UpstreamRequestTimeout if managed => Some(serving::REQUEST_TIMEOUT),
        Reason::UpstreamRequestTimeout => Some(serving::GATEWAY_TIMEOUT),
        Reason::TooManyPendingRequest if managed => Some(serving::TOO_MANY_PENDING),
        Reason::TooManyPendingRequest => Some(serving::OVERLOADED),
        Reason::Unauthorized => Some(serving::UNAUTHORIZED),
        Reason::TokenExpired => Some(serving::TOKEN_EXPIRED),
    }
}

const MANAGED_TIMEOUT: Refusal = Refusal::text(408, Reason::UpstreamRequestTimeout, "upstream request timeout");
const MANAGED_CLOSED: Refusal = Refusal {
    headers: &[(MODEL_STATUS, "503"), (MODEL_REASON, "model_error")],
    ..Refusal::text(424, Reason::UpstreamClosed, "")
};
const MANAGED_NOT_READY: Refusal =
    Refusal { headers: &[(MODEL_REASON, "model_not_ready")], ..Refusal::text(424, Reason::ModelNotReady, "") };

const KUBERNETES_CLOSED: Refusal =
    Refusal::text(502, Reason::UpstreamClosed, "Replica closed connection before replying");
const KUBERNETES_TIMEOUT: Refusal = Refusal::text(504, Reason::UpstreamRequestTimeout, "");
/// The text is that of v1 services (seen).
const KUBERNETES_NOT_READY: Refusal =
    Refusal::text(503, Reason::ModelNotReady, "No ready replicas for service <name>.");

const PASSTHROUGH_CLOSED: Refusal =
    Refusal::text(502, Reason::UpstreamClosed, "local-endpoint: the server closed the connection before it answered");
const PASSTHROUGH_TIMEOUT: Refusal =
    Refusal::text(504, Reason::UpstreamRequestTimeout, "local-endpoint: the server did not answer");
const PASSTHROUGH_NOT_READY: Refusal =
    Refusal::text(503, Reason::ModelNotReady, "local-endpoint: no instance is ready");
