//! One scoring request as it is told to everybody: the columns of AmlOnlineEndpointTrafficLog, and our own.

use crate::{DeploymentName, EndpointName, InstanceId, RequestId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Why an answer is not the model's own 200. The spellings of `ms-azureml-model-error-reason` where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    ModelError,
    TooManyPendingRequest,
    ModelNotReady,
    UpstreamRequestTimeout,
    /// The connection to the container broke before a status came.
    UpstreamClosed,
    NoRoute,
    Unauthorized,
    TokenExpired,
    ClientClosed,
    /// Cut on purpose, the container having answered.
    AnswerLost,
    /// Right who it is, and not allowed in.
    Forbidden,
    /// More requests a second than the endpoint may get.
    RateLimited,
    /// Our own deadline for a body that stopped arriving.
    BodyTimeout,
    /// Our own limit for a body.
    BodyTooLarge,
    /// What came is no HTTP request that could be passed on.
    BadRequest,
    Internal,
}

impl Reason {
    /// As it is written everywhere.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ModelError => "model_error",
            Self::TooManyPendingRequest => "too_many_pending_request",
            Self::ModelNotReady => "model_not_ready",
            Self::UpstreamRequestTimeout => "upstream_request_timeout",
            Self::UpstreamClosed => "upstream_closed",
            Self::NoRoute => "no_route",
            Self::Unauthorized => "unauthorized",
            Self::TokenExpired => "token_expired",
            Self::Forbidden => "forbidden",
            Self::RateLimited => "rate_limited",
            Self::ClientClosed => "client_closed",
            Self::AnswerLost => "answer_lost",
            Self::BodyTimeout => "body_timeout",
            Self::BodyTooLarge => "body_too_large",
            Self::BadRequest => "bad_request",
            Self::Internal => "internal",
        }
    }

    /// The word of `ms-azureml-model-error-reason` that goes with it; `None` where there is none.
    pub fn of_model(self) -> Option<&'static str> {
        match self {
            Self::ModelError | Self::TooManyPendingRequest | Self::ModelNotReady => Some(self.word()),
            Self::UpstreamClosed => Some(Self::ModelError.word()),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    pub time: Timestamp,
    pub x_request_id: RequestId,
    pub x_ms_client_request_id: Option<String>,
    pub method: String,
    /// Path and query.
    pub path: String,
    pub endpoint: EndpointName,
    pub deployment: Option<DeploymentName>,
    pub instance: Option<InstanceId>,
    /// What the client got; 0 when it left before, or its answer was lost.
    pub response_code: u16,
    pub reason: Option<Reason>,
    /// What the container said.
    pub model_status_code: Option<u16>,
    pub request_payload_bytes: u64,
    pub response_payload_bytes: u64,
    /// Cut to 70 characters, as Azure's log does.
    pub user_agent: Option<String>,
    pub total_duration_us: u64,
    pub request_duration_us: u64,
    pub response_duration_us: u64,
    /// From its start until an instance took it; `None` when none did.
    pub leased_us: Option<u64>,
    /// A copy whose answer nobody gets.
    pub mirror: bool,
    /// How long the bandwidth of the endpoint held back the request, in milliseconds, and then the answer.
    pub request_throttling_delay_ms: u64,
    pub response_throttling_delay_ms: u64,
    /// The fault on purpose that hit it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub injected: Option<String>,
    /// In flight in the deployment when this one came, itself not counted.
    pub in_flight: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_written_the_same_everywhere() {
        for reason in [Reason::ModelError, Reason::TooManyPendingRequest, Reason::UpstreamRequestTimeout] {
            assert_eq!(serde_json::to_value(reason).ok(), Some(reason.word().into()));
        }
    }
}
