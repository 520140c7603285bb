//! Answers that are not a success: `{"error": DIAGNOSIS}` with the status that fits.

use crate::wire::Failure;
use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::response::{IntoResponse, Response};
use diagnosis::{Diagnosis, Exit, local};
use http::StatusCode;
use std::any::Any;

pub struct Refusal {
    status: StatusCode,
    diagnosis: Diagnosis,
}

impl Refusal {
    pub fn new(status: StatusCode, message: &str) -> Self {
        Self { status, diagnosis: Diagnosis::error(local::CONTROL_REFUSED, message) }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(Failure { error: self.diagnosis })).into_response()
    }
}

impl From<Diagnosis> for Refusal {
    fn from(diagnosis: Diagnosis) -> Self {
        Self { status: status(&diagnosis), diagnosis }
    }
}

impl From<JsonRejection> for Refusal {
    fn from(rejection: JsonRejection) -> Self {
        Self::new(rejection.status(), &rejection.body_text())
    }
}

impl From<QueryRejection> for Refusal {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(rejection.status(), &rejection.body_text())
    }
}

fn status(diagnosis: &Diagnosis) -> StatusCode {
    if diagnosis.code == local::INTERNAL {
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    match diagnosis.exit() {
        Exit::Usage => StatusCode::BAD_REQUEST,
        Exit::NotFound => StatusCode::NOT_FOUND,
        Exit::UserThingFailed | Exit::PortConflict => StatusCode::CONFLICT,
        Exit::EngineUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        Exit::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        Exit::Ok | Exit::ImageFailed | Exit::StartFailed => StatusCode::FAILED_DEPENDENCY,
    }
}

/// The panic itself was printed by its hook.
pub fn panicked(_: Box<dyn Any + Send>) -> Response {
    Refusal::from(Diagnosis::error(local::INTERNAL, "")).into_response()
}

/// A path or method the API does not have.
pub async fn unknown() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "the control API has no such path or method")
}
