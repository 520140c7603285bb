//! Who may come in: a request to a loopback name, from no foreign page, with the token.

use super::reply::Refusal;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST, ORIGIN};
use http::{HeaderMap, HeaderName, StatusCode};
use std::sync::Arc;
use subtle::ConstantTimeEq;

pub struct Door {
    token: String,
    /// The names this machine has for itself, with our port.
    names: [String; 3],
}

impl Door {
    pub fn new(token: String, port: u16) -> Self {
        Self { token, names: ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}")) }
    }

    fn check(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        // A page of the web can name this port under a host name of its own (DNS rebinding) or send to it blindly.
        if !text(headers, &HOST).is_some_and(|host| self.is_ours(host)) {
            return Err(Refusal::new(StatusCode::FORBIDDEN, "the Host header does not name this machine"));
        }
        let own = |origin: &str| origin.strip_prefix("http://").is_some_and(|host| self.is_ours(host));
        if headers.contains_key(ORIGIN) && !text(headers, &ORIGIN).is_some_and(own) {
            return Err(Refusal::new(StatusCode::FORBIDDEN, "the request comes from a page of another origin"));
        }
        let given = text(headers, &AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        let known = given.as_bytes().ct_eq(self.token.as_bytes());
        if !bool::from(known) {
            return Err(Refusal::new(StatusCode::UNAUTHORIZED, "the token is wrong"));
        }
        // Said before the body is read; a body without a length is cut by the extractors.
        let length = text(headers, &CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
        if length.is_some_and(|length| length > super::BODY_LIMIT) {
            return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"));
        }
        Ok(())
    }

    fn is_ours(&self, host: &str) -> bool {
        self.names.iter().any(|name| name.eq_ignore_ascii_case(host))
    }
}

/// The one value of a header; two values are none.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok() }
}

pub async fn guard(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    match door.check(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}
