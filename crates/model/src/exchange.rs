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
    ClientClosed,
    /// Our own deadline for a body that stopped arriving.
    BodyTimeout,
    Internal,
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
    /// What the client got; 0 when it left before.
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
    /// In flight in the deployment when this one came, itself not counted.
    pub in_flight: u32,
}
