//! Path by path: what is asked of the emulator.

use super::reply::{Refusal, unknown};
use super::stream::{self, Stop};
use crate::metrics as exposition;
use crate::{About, Applied, Desired, Emulator, KeyName, LogQuery, TokenQuery, TrafficChange, TrafficSet};
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use diagnosis::{Diagnosis, local};
use http::HeaderName;
use http::header::CONTENT_TYPE;
use model::{Credentials, EmulatorDocument, FaultWanted, FaultsDocument, InstanceMemory, Keys, MetersDocument};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Clone)]
struct Api {
    emulator: Arc<dyn Emulator>,
    stop: Stop,
}

type Answer<T> = Result<Json<T>, Refusal>;
type Body<T> = Result<Json<T>, JsonRejection>;

pub fn routes(emulator: Arc<dyn Emulator>, stop: Stop) -> Router {
    Router::new()
        .route("/v1/about", get(about))
        .route("/v1/status", get(status))
        .route("/v1/apply", post(apply))
        .route("/v1/events", get(events))
        .route("/v1/logs", get(logs))
        .route("/v1/meters", get(meters))
        .route("/v1/metrics", get(metrics))
        .route("/v1/memory", get(memory))
        .route("/v1/exchanges/{request}", get(explain))
        .route("/v1/keys/{endpoint}", get(credentials).post(regenerate))
        .route("/v1/traffic/{endpoint}", post(set_traffic))
        .route("/v1/chaos/{endpoint}", get(faults).post(begin_fault))
        .route("/v1/chaos/{endpoint}/stop", post(end_faults))
        .route("/v1/down", post(down))
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .with_state(Api { emulator, stop })
}

async fn about(State(api): State<Api>) -> Json<About> {
    Json(api.emulator.about())
}

async fn status(State(api): State<Api>) -> Json<EmulatorDocument> {
    Json(api.emulator.status().await)
}

async fn apply(State(api): State<Api>, body: Body<Desired>) -> Answer<Applied> {
    let Json(desired) = body?;
    // A task: a client that leaves does not leave half a change behind.
    let applied = tokio::spawn(async move { api.emulator.apply(desired).await }).await;
    Ok(Json(applied.map_err(|_| broken())??))
}

#[derive(Deserialize)]
struct From {
    #[serde(default)]
    from: u64,
}

async fn events(State(api): State<Api>, query: Result<Query<From>, QueryRejection>) -> Result<Response, Refusal> {
    let Query(query) = query?;
    Ok(stream::lines(api.emulator.events(query.from), api.stop))
}

async fn logs(State(api): State<Api>, query: Result<Query<LogQuery>, QueryRejection>) -> Result<Response, Refusal> {
    let Query(query) = query?;
    Ok(stream::lines(api.emulator.logs(query).await?, api.stop))
}

async fn meters(State(api): State<Api>) -> Json<MetersDocument> {
    Json(api.emulator.meters().await)
}

/// As Prometheus scrapes it.
async fn metrics(State(api): State<Api>) -> ([(HeaderName, &'static str); 1], String) {
    ([(CONTENT_TYPE, exposition::CONTENT_TYPE)], exposition::text(&api.emulator.meters().await))
}

async fn memory(State(api): State<Api>) -> Json<Vec<InstanceMemory>> {
    Json(api.emulator.memory().await)
}

async fn explain(State(api): State<Api>, Path(request): Path<String>) -> Json<Option<Diagnosis>> {
    Json(api.emulator.explain(&request).await)
}

async fn credentials(
    State(api): State<Api>,
    Path(endpoint): Path<String>,
    query: Result<Query<TokenQuery>, QueryRejection>,
) -> Answer<Credentials> {
    let Query(query) = query?;
    Ok(Json(api.emulator.credentials(&endpoint, query).await?))
}

/// The body of `POST /v1/keys/{endpoint}`.
#[derive(Serialize, Deserialize)]
pub struct Regenerate {
    pub key: KeyName,
}

async fn regenerate(State(api): State<Api>, Path(endpoint): Path<String>, body: Body<Regenerate>) -> Answer<Keys> {
    let Json(wanted) = body?;
    Ok(Json(api.emulator.regenerate(&endpoint, wanted.key).await?))
}

async fn set_traffic(
    State(api): State<Api>,
    Path(endpoint): Path<String>,
    body: Body<TrafficChange>,
) -> Answer<TrafficSet> {
    let Json(wanted) = body?;
    Ok(Json(api.emulator.set_traffic(&endpoint, wanted).await?))
}

async fn faults(State(api): State<Api>, Path(endpoint): Path<String>) -> Answer<FaultsDocument> {
    Ok(Json(api.emulator.faults(&endpoint).await?))
}

async fn begin_fault(
    State(api): State<Api>,
    Path(endpoint): Path<String>,
    body: Body<FaultWanted>,
) -> Answer<FaultsDocument> {
    let Json(wanted) = body?;
    // A task, as in `apply`: what has begun is kept, and so undone.
    let begun = tokio::spawn(async move { api.emulator.begin_fault(&endpoint, wanted).await }).await;
    Ok(Json(begun.map_err(|_| broken())??))
}

/// The body of `POST /v1/chaos/{endpoint}/stop`.
#[derive(Serialize, Deserialize)]
pub struct Ended {
    /// None: all that last.
    #[serde(default)]
    pub ids: Vec<String>,
}

async fn end_faults(State(api): State<Api>, Path(endpoint): Path<String>, body: Body<Ended>) -> Answer<FaultsDocument> {
    let Json(wanted) = body?;
    Ok(Json(api.emulator.end_faults(&endpoint, wanted.ids).await?))
}

/// The body of `POST /v1/down`.
#[derive(Serialize, Deserialize)]
pub struct Down {
    /// None: all, and the emulator ends.
    pub endpoints: Vec<String>,
}

async fn down(State(api): State<Api>, body: Body<Down>) -> Answer<()> {
    let Json(wanted) = body?;
    // A task, as in `apply`.
    let taken_down = tokio::spawn(async move { api.emulator.shutdown(wanted.endpoints).await }).await;
    Ok(Json(taken_down.map_err(|_| broken())?))
}

/// The task panicked: its hook has printed why.
fn broken() -> Diagnosis {
    Diagnosis::error(local::INTERNAL, "")
}
