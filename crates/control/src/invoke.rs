//! `invoke`: one scoring request, straight to this machine whatever HTTP_PROXY says.

use crate::wire::{self, Lost};
use bytes::Bytes;
use diagnosis::{Diagnosis, local, serving};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full};

/// What to send.
#[derive(Clone)]
pub struct ScoringRequest {
    /// `http://127.0.0.1:PORT/score`
    pub uri: String,
    pub key: String,
    /// Sent as `azureml-model-deployment`.
    pub deployment: Option<String>,
    /// Sent as it is, as `application/json`.
    pub body: Bytes,
}

impl std::fmt::Debug for ScoringRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScoringRequest").field("uri", &self.uri).finish_non_exhaustive()
    }
}

/// The whole answer.
#[derive(Debug, Clone)]
pub struct ScoringAnswer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Sends it and waits as long as it takes: the endpoint's own `request_timeout_ms` decides.
///
/// # Errors
/// `ScoringUnreachable` when nobody accepts within 2 s; `AnswerLost` when the answer does not come, or breaks off. A 4xx or
/// 5xx is an answer.
pub async fn score(scoring: ScoringRequest) -> Result<ScoringAnswer, Diagnosis> {
    let (authority, request) = prepared(&scoring)?;
    let answer = wire::send(&authority, request).await.map_err(|lost| match lost {
        Lost::NotConnected(_) => unreachable(&scoring.uri, &lost),
        Lost::Broken(_) => broken_off(&scoring.uri, &lost),
    })?;
    let (head, body) = answer.into_parts();
    let body = body.collect().await.map_err(|error| broken_off(&scoring.uri, &error))?.to_bytes();
    Ok(ScoringAnswer { status: head.status, headers: head.headers, body })
}

/// Host and port, and the request itself.
pub(crate) fn prepared(scoring: &ScoringRequest) -> Result<(String, Request<Full<Bytes>>), Diagnosis> {
    let uri: Uri = scoring.uri.parse().map_err(|error| unreachable(&scoring.uri, &error))?;
    let authority = authority(&uri).ok_or_else(|| unreachable(&scoring.uri, &"it is no http address"))?;
    let request = request(&uri, &authority, scoring).map_err(|error| unreachable(&scoring.uri, &error))?;
    Ok((authority, request))
}

fn authority(uri: &Uri) -> Option<String> {
    let host = uri.host().filter(|_| uri.scheme_str() == Some("http"))?;
    Some(format!("{host}:{}", uri.port_u16().unwrap_or(80)))
}

fn request(uri: &Uri, authority: &str, scoring: &ScoringRequest) -> http::Result<Request<Full<Bytes>>> {
    let mut key = HeaderValue::try_from(format!("Bearer {}", scoring.key))?;
    key.set_sensitive(true);
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(uri.path_and_query().map_or("/", |path| path.as_str()))
        .header(HOST, authority)
        .header(AUTHORIZATION, key)
        .header(CONTENT_TYPE, "application/json");
    if let Some(deployment) = &scoring.deployment {
        request = request.header("azureml-model-deployment", deployment);
    }
    request.body(Full::new(scoring.body.clone()))
}

fn broken_off(uri: &str, why: &dyn std::fmt::Display) -> Diagnosis {
    Diagnosis::error(serving::ANSWER_LOST, format!("POST {uri}: the connection was cut before an answer came ({why})"))
}

pub(crate) fn unreachable(uri: &str, why: &dyn std::fmt::Display) -> Diagnosis {
    Diagnosis::error(local::SCORING_UNREACHABLE, format!("{uri} cannot be reached: {why}"))
}
