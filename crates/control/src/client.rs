//! The control API from the other side: what every verb but `up` starts with.

mod lines;
mod request;

use crate::server::routes::{Down, Ended, Regenerate};
use crate::state::ProjectState;
use crate::{About, Applied, Desired, KeyName, LogQuery, TokenQuery, TrafficChange, TrafficSet};
use diagnosis::Diagnosis;
use futures_util::stream::BoxStream;
use model::{Credentials, EmulatorDocument, Event, FaultWanted, FaultsDocument, InstanceMemory, Keys, MetersDocument};
use request::{Ask, encode};

/// Speaks with one running emulator, each request over a connection of its own.
#[derive(Debug, Clone)]
pub struct Client {
    ask: Ask,
    about: About,
}

/// What a stream brings: a value, or that the emulator was killed. An emulator that ends orderly ends its streams.
pub type Told<T> = BoxStream<'static, Result<T, Diagnosis>>;

impl Client {
    /// Asks `GET /v1/about` before anything else.
    ///
    /// # Errors
    /// `NotRunning`; `EmulatorGone` when it was killed; `EmulatorSilent` when its process lives but does not answer;
    /// `StateNewer`, with the `down` line, when it speaks a schema this binary does not know.
    pub async fn connect(state: &ProjectState) -> Result<Self, Diagnosis> {
        let ask = Ask::new(state)?;
        let about = ask.about().await?;
        Ok(Self { ask, about })
    }

    pub fn about(&self) -> &About {
        &self.about
    }

    pub async fn status(&self) -> Result<EmulatorDocument, Diagnosis> {
        self.ask.get("/v1/status").await
    }

    pub async fn apply(&self, desired: &Desired) -> Result<Applied, Diagnosis> {
        self.ask.post("/v1/apply", desired).await
    }

    /// Every event from that number on, the past ones first.
    pub async fn events(&self, from: u64) -> Result<Told<Event>, Diagnosis> {
        self.ask.stream(&format!("/v1/events?from={from}")).await
    }

    pub async fn logs(&self, query: &LogQuery) -> Result<Told<String>, Diagnosis> {
        self.ask.stream(&format!("/v1/logs?{}", request::query(query)?)).await
    }

    pub async fn meters(&self) -> Result<MetersDocument, Diagnosis> {
        self.ask.get("/v1/meters").await
    }

    pub async fn memory(&self) -> Result<Vec<InstanceMemory>, Diagnosis> {
        self.ask.get("/v1/memory").await
    }

    pub async fn explain(&self, request_id: &str) -> Result<Option<Diagnosis>, Diagnosis> {
        self.ask.get(&format!("/v1/exchanges/{}", encode(request_id))).await
    }

    /// Keys or a token, by the endpoint's auth mode.
    pub async fn credentials(&self, endpoint: &str, wanted: &TokenQuery) -> Result<Credentials, Diagnosis> {
        self.ask.get(&format!("/v1/keys/{}?{}", encode(endpoint), request::query(wanted)?)).await
    }

    pub async fn regenerate(&self, endpoint: &str, key: KeyName) -> Result<Keys, Diagnosis> {
        self.ask.post(&format!("/v1/keys/{}", encode(endpoint)), &Regenerate { key }).await
    }

    pub async fn set_traffic(&self, endpoint: &str, change: &TrafficChange) -> Result<TrafficSet, Diagnosis> {
        self.ask.post(&format!("/v1/traffic/{}", encode(endpoint)), change).await
    }

    /// The faults on purpose that last.
    pub async fn faults(&self, endpoint: &str) -> Result<FaultsDocument, Diagnosis> {
        self.ask.get(&format!("/v1/chaos/{}", encode(endpoint))).await
    }

    /// Answers when it has begun.
    pub async fn begin_fault(&self, endpoint: &str, wanted: &FaultWanted) -> Result<FaultsDocument, Diagnosis> {
        self.ask.post(&format!("/v1/chaos/{}", encode(endpoint)), wanted).await
    }

    /// Answers when they are undone; no ids: all of them.
    pub async fn end_faults(&self, endpoint: &str, ids: Vec<String>) -> Result<FaultsDocument, Diagnosis> {
        self.ask.post(&format!("/v1/chaos/{}/stop", encode(endpoint)), &Ended { ids }).await
    }

    /// Answers when they are taken down; no names: all of them.
    pub async fn shutdown(&self, endpoints: Vec<String>) -> Result<(), Diagnosis> {
        self.ask.post("/v1/down", &Down { endpoints }).await
    }
}
