//! What the running emulator answers, in-process and over its API alike.

use async_trait::async_trait;
use diagnosis::Diagnosis;
use futures_util::stream::BoxStream;
pub use model::Desired;
use model::{
    Credentials, EmulatorDocument, Event, FaultWanted, FaultsDocument, InstanceMemory, Keys, MetersDocument, Traffic,
};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The other side of the control API. Implemented by the emulator; the API adds nothing to it but the door.
#[async_trait]
pub trait Emulator: Send + Sync + 'static {
    /// `GET /v1/about`: asked before anything else.
    fn about(&self) -> About;

    /// `GET /v1/status`
    async fn status(&self) -> EmulatorDocument;

    /// `POST /v1/apply`: takes the desired state over and answers at once; events tell the rest.
    async fn apply(&self, desired: Desired) -> Result<Applied, Diagnosis>;

    /// `GET /v1/events?from=N`: every event from that number on, the past ones first. Never ends by itself.
    fn events(&self, from: u64) -> BoxStream<'static, Event>;

    /// `GET /v1/logs`: lines without their ends.
    async fn logs(&self, query: LogQuery) -> Result<BoxStream<'static, String>, Diagnosis>;

    /// `GET /v1/meters`, and as text `GET /v1/metrics`
    async fn meters(&self) -> MetersDocument;

    /// `GET /v1/memory`: of every instance that runs.
    async fn memory(&self) -> Vec<InstanceMemory>;

    /// `GET /v1/exchanges/{x-request-id}`: why a request failed; waits shortly until that is known.
    async fn explain(&self, request_id: &str) -> Option<Diagnosis>;

    /// `GET /v1/keys/{endpoint}`: keys or a token, by the endpoint's auth mode.
    async fn credentials(&self, endpoint: &str, wanted: TokenQuery) -> Result<Credentials, Diagnosis>;

    /// `POST /v1/keys/{endpoint}`
    async fn regenerate(&self, endpoint: &str, which: KeyName) -> Result<Keys, Diagnosis>;

    /// `POST /v1/traffic/{endpoint}`
    async fn set_traffic(&self, endpoint: &str, change: TrafficChange) -> Result<TrafficSet, Diagnosis>;

    /// `GET /v1/chaos/{endpoint}`: the faults on purpose that last.
    async fn faults(&self, endpoint: &str) -> Result<FaultsDocument, Diagnosis>;

    /// `POST /v1/chaos/{endpoint}`: answers when it has begun, with its id.
    async fn begin_fault(&self, endpoint: &str, wanted: FaultWanted) -> Result<FaultsDocument, Diagnosis>;

    /// `POST /v1/chaos/{endpoint}/stop`: answers when they are undone; no ids means all.
    async fn end_faults(&self, endpoint: &str, ids: Vec<String>) -> Result<FaultsDocument, Diagnosis>;

    /// `POST /v1/down`: answers when they are taken down; no names means all, and the emulator ends.
    async fn shutdown(&self, endpoints: Vec<String>);
}

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Of the documents and of this API.
    pub schema_version: u32,
    pub version: String,
    pub executable: PathBuf,
    pub pid: u32,
    pub project: PathBuf,
}

impl About {
    /// This process, serving that project.
    pub fn this(project: PathBuf) -> Self {
        Self {
            schema_version: model::SCHEMA_VERSION,
            version: env!("CARGO_PKG_VERSION").into(),
            executable: std::env::current_exe().unwrap_or_else(|_| "local-endpoint".into()),
            pid: std::process::id(),
            project,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// `false`: the desired state was this one already.
    pub changed: bool,
    /// The number of the first event of this change.
    pub from_event: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyName {
    Primary,
    Secondary,
}

/// Which token is wanted; without any of it, the one that a client of the endpoint needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenQuery {
    pub audience: Option<String>,
    pub tenant: Option<String>,
    /// Seconds.
    pub lifetime: Option<u32>,
}

/// What is to change of the traffic; `None`: it stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficChange {
    pub traffic: Option<Traffic>,
    /// Percent by deployment; none above 0 switches mirroring off.
    pub mirror: Option<Traffic>,
}

/// The traffic from now on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficSet {
    pub traffic: Traffic,
    pub mirror: Traffic,
}

/// `-c` of `az ml online-deployment get-logs`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogContainer {
    #[default]
    InferenceServer,
    StorageInitializer,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogQuery {
    /// `None`: the only one there is.
    pub endpoint: Option<String>,
    /// `None`: all of them.
    pub deployment: Option<String>,
    /// The last so many lines; `None`: all that are kept.
    pub lines: Option<usize>,
    pub follow: bool,
    /// The traffic log instead of the containers' output.
    pub traffic: bool,
    /// Laid out as `get-logs` prints it; never followed.
    pub as_azure: bool,
    pub container: LogContainer,
}
