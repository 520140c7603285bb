//! The columns of the traffic log: Azure's table AmlOnlineEndpointTrafficLog, and our own. `docs/traffic-log.md` is made
//! from this.

use serde::Deserialize;

/// What a column is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Local {
    /// As in Azure; left out of a line that has no value for it.
    Written,
    /// A column that Azure's table does not have.
    Ours,
    /// Nothing on one machine stands behind it.
    LeftOut,
}

#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub name: &'static str,
    pub local: Local,
    pub text: &'static str,
}

macro_rules! columns {
    ($($local:ident $name:literal $text:literal)*) => {
        &[$(Column { name: $name, local: Local::$local, text: $text }),*]
    };
}

/// In the order of a line; what is left out comes last.
pub const COLUMNS: &[Column] = columns! {
    Written "TimeGenerated" "Start of the request, UTC, to the microsecond"
    Written "Method" "As the client sent it"
    Written "Path" "With the query"
    Written "Protocol" "`HTTP/1.1` or `HTTP/1.0`"
    Written "EndpointName" ""
    Written "DeploymentName" "As soon as one was chosen"
    Written "AuthType" "`Key`, `AMLToken` or `AADToken`: what the endpoint asks for"
    Written "ResponseCode" "What the client got; 0 when it left before, or when `chaos drop` cut its connection"
    Written "ResponseCodeReason" "Why it is not the model's 200. Azure lists no values: the words of `ms-azureml-model-error-reason` where there is one, else ours (inferred)"
    Written "ModelStatusCode" "What the container said"
    Written "ModelStatusReason" "`ms-azureml-model-error-reason` (inferred)"
    Written "RequestPayloadSize" "Bytes of the body; Azure counts all that the client sent"
    Written "ResponsePayloadSize" "Bytes of the body"
    Written "UserAgent" "70 characters of it, as in Azure"
    Written "XRequestId" "`x-request-id`, which the container gets, too: join with its log on this"
    Written "XMSClientRequestId" "`x-ms-client-request-id` as the front end passes it on"
    Written "TotalDurationMs" "From the start of the request to the last byte of the answer, or until the client left"
    Written "RequestDurationMs" "From the start of the request to its last byte"
    Written "ResponseDurationMs" "From the start of the request to the head of the model's answer; Azure: to its first byte"
    Written "RequestThrottlingDelayMs" "With `--rate-limits enforce`, where the request was held back"
    Written "ResponseThrottlingDelayMs" "With `--rate-limits enforce`, where the answer was held back"
    Ours "InstanceId" "Deployment and number of the instance, as in Azure's console log table"
    Ours "TotalDurationUs" "TotalDurationMs in microseconds"
    Ours "InFlight" "Requests of the deployment that were in flight when this one came"
    Ours "Mirror" "`true` for a mirrored copy, which has ids of its own"
    Ours "Injected" "The fault of `chaos` that hit the request, `slow-1`"
    LeftOut "OperationName" "Its value is not documented"
    LeftOut "IdentityData" "The object id of a JWT: there are no identities here"
    LeftOut "Location" "No region"
    LeftOut "AzureMLWorkspaceId" "No workspace"
    LeftOut "AzureMLWorkspaceName" "No workspace"
    LeftOut "_SubscriptionId" "No subscription"
    LeftOut "_ResourceId" "No resource of Azure's"
    LeftOut "TenantId" "No workspace of Log Analytics"
    LeftOut "SourceSystem" "No collecting agent"
    LeftOut "Type" "Always the name of the table"
    LeftOut "_BilledSize" "Nothing is billed"
    LeftOut "_IsBillable" "Nothing is billed"
};

/// A line, as far as it is shown to people.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TrafficLine {
    pub time_generated: String,
    pub method: String,
    pub path: String,
    pub endpoint_name: String,
    pub deployment_name: Option<String>,
    pub response_code: u16,
    pub response_code_reason: Option<String>,
    pub model_status_code: Option<u16>,
    pub total_duration_us: u64,
    pub x_request_id: String,
}
