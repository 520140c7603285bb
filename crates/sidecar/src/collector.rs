//! `POST /modeldata/log`: what a script collects with azureml-ai-monitoring.

use crate::answer::Refusal;
use crate::sidecar::Shared;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header::AUTHORIZATION};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::fmt::strtime;
use model::InstanceId;
use semantics::data_collector::{Event, Logged, is_collection, logged};
use std::sync::Arc;

/// Takes what was collected, or says why not.
pub trait Collections: Send + Sync + std::fmt::Debug {
    fn collect(&self, instance: InstanceId, event: Event, payload: Bytes) -> Result<(), String>;
}

pub async fn log(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    payload: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Refusal> {
    let instance = shown(&shared, &headers).ok_or_else(Refusal::stranger)?;
    let payload = payload.map_err(|why| Refusal::bad(format!("local-endpoint: {why}")))?;
    let text = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let headers: Vec<_> = headers.iter().map(text).collect();
    let logged = logged(&headers).filter(|logged| is_collection(&logged.collection));
    let logged = logged.ok_or_else(|| Refusal::bad("local-endpoint: ce-type names no collection".into()))?;
    let event = event(&instance, logged);
    let collected = shared.collections.collect(instance, event, payload);
    collected.map(|()| StatusCode::OK).map_err(|why| Refusal::bad(format!("local-endpoint: {why}")))
}

/// Whose pass is in the URL, which requests makes a header of.
fn shown(shared: &Shared, headers: &HeaderMap) -> Option<InstanceId> {
    let basic = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(basic).ok()?).ok()?;
    shared.passes.read(text.split_once(':')?.1)
}

fn event(instance: &InstanceId, logged: Logged) -> Event {
    let time = logged.time.and_then(|time| Timestamp::from_second(time).ok()).unwrap_or_else(Timestamp::now);
    Event {
        id: logged.id.filter(|id| is_collection(id)).unwrap_or_else(|| uuid::Uuid::new_v4().to_string()),
        endpoint: instance.endpoint.to_string(),
        deployment: instance.deployment.to_string(),
        collection: logged.collection,
        time: strtime::format("%Y-%m-%dT%H:%M:%SZ", time).unwrap_or_default(),
        content_type: logged.content_type,
        path: None,
        method: None,
        declared: true,
        correlation_id: logged.correlation_id,
        others: logged.others,
    }
}
