//! What a client of the identity gets, in the shapes of App Service and Azure ML.

use crate::printed::Token;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use semantics::identity::Protocol;
use serde_json::{Value, json};

/// Never a 5xx: clients of Azure's send such a request again, for seconds.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    pub fn bad(message: String) -> Self {
        Self { status: StatusCode::BAD_REQUEST, message }
    }

    pub fn stranger() -> Self {
        Self { status: StatusCode::UNAUTHORIZED, message: "local-endpoint: this is no pass of an instance".into() }
    }

    pub fn unknown() -> Self {
        Self { status: StatusCode::NOT_FOUND, message: "local-endpoint: there is no such path".into() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"statusCode": self.status.as_u16(), "message": self.message});
        (self.status, Json(body)).into_response()
    }
}

/// Seen: what msal reads of both, and the comment in azure-identity's azure_ml.py on the number.
pub fn granted(protocol: Protocol, token: &Token, resource: &str, client_id: Option<&str>) -> Json<Value> {
    let expires_on = match protocol.writes_text() {
        true => json!(token.expires_on.to_string()),
        false => json!(token.expires_on),
    };
    Json(json!({
        "access_token": token.access_token,
        "client_id": client_id.unwrap_or_default(),
        "expires_on": expires_on,
        "resource": resource,
        "token_type": "Bearer",
    }))
}
