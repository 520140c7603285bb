//! What the door of an endpoint has counted since it was opened, and how things stand now.

use crate::{DeploymentName, EndpointName, Histogram};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Answers of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// What the client got; 0 when it left before.
    pub status: u16,
    /// What the container said; 0 when it said nothing.
    pub model_status: u16,
    pub count: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorMeters {
    /// Client connections that are open.
    pub connections_active: u32,
    pub connections_opened: u64,
    /// Bytes of request bodies.
    pub bytes_received: u64,
    /// Bytes of answers' bodies.
    pub bytes_sent: u64,
    /// Told to nobody, as their channel was full.
    pub exchanges_dropped: u64,
    /// Of requests that reached no deployment.
    pub unrouted: Vec<Answers>,
    pub deployments: BTreeMap<DeploymentName, DeploymentMeters>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentMeters {
    pub in_flight: u32,
    /// Of these, waiting for an instance.
    pub queued: u32,
    /// Nobody waits for them any more, the containers still work on them.
    pub abandoned: u32,
    /// The most that were in flight at once.
    pub in_flight_peak: u32,
    /// Exchanges that ended after nobody waited for them any more.
    pub abandoned_ended: u64,
    /// Copies of requests that have ended.
    pub copies: u64,
    /// Copies of mirrored requests that found no free instance, or were too large.
    #[serde(default)]
    pub copies_dropped: u64,
    /// What was collected, by the name of the collection.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub collections: BTreeMap<String, CollectionMeters>,
    pub answers: Vec<Answers>,
    /// From the start of a request to the end of its answer.
    pub latency: Histogram,
    /// From the instance's start on a request to the end of its answer, abandoned ones too.
    pub model: Histogram,
}

/// Of one collection of the data collector.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionMeters {
    pub events: u64,
    /// Payloads that are not there, by reason.
    pub errors: BTreeMap<String, u64>,
}

impl CollectionMeters {
    fn since(&self, earlier: Option<&Self>) -> Self {
        let before = |reason: &String| earlier.and_then(|it| it.errors.get(reason)).copied().unwrap_or_default();
        let left = |(reason, count): (&String, &u64)| (reason.clone(), count.saturating_sub(before(reason)));
        Self {
            events: self.events.saturating_sub(earlier.map_or(0, |it| it.events)),
            errors: self.errors.iter().map(left).filter(|(_, count)| *count > 0).collect(),
        }
    }
}

impl DoorMeters {
    /// What was counted since an earlier look; how things stand is as it is now.
    pub fn since(&self, earlier: &Self) -> Self {
        let nothing = DeploymentMeters::default();
        let deployments = self.deployments.iter().map(|(name, now)| {
            let before = earlier.deployments.get(name).unwrap_or(&nothing);
            (name.clone(), now.since(before))
        });
        Self {
            connections_active: self.connections_active,
            connections_opened: self.connections_opened.saturating_sub(earlier.connections_opened),
            bytes_received: self.bytes_received.saturating_sub(earlier.bytes_received),
            bytes_sent: self.bytes_sent.saturating_sub(earlier.bytes_sent),
            exchanges_dropped: self.exchanges_dropped.saturating_sub(earlier.exchanges_dropped),
            unrouted: answers_since(&self.unrouted, &earlier.unrouted),
            deployments: deployments.collect(),
        }
    }
}

impl DeploymentMeters {
    fn since(&self, earlier: &Self) -> Self {
        Self {
            abandoned_ended: self.abandoned_ended.saturating_sub(earlier.abandoned_ended),
            copies: self.copies.saturating_sub(earlier.copies),
            copies_dropped: self.copies_dropped.saturating_sub(earlier.copies_dropped),
            collections: collections_since(&self.collections, &earlier.collections),
            answers: answers_since(&self.answers, &earlier.answers),
            latency: self.latency.since(&earlier.latency),
            model: self.model.since(&earlier.model),
            ..self.clone()
        }
    }

    /// Requests that have ended.
    pub fn ended(&self) -> u64 {
        self.answers.iter().map(|answers| answers.count).sum()
    }
}

type Collections = BTreeMap<String, CollectionMeters>;

fn collections_since(now: &Collections, earlier: &Collections) -> Collections {
    let all = now.iter().map(|(name, now)| (name.clone(), now.since(earlier.get(name))));
    all.filter(|(_, it)| *it != CollectionMeters::default()).collect()
}

fn answers_since(now: &[Answers], earlier: &[Answers]) -> Vec<Answers> {
    let before = |kind: &Answers| {
        let same = |other: &&Answers| (other.status, other.model_status) == (kind.status, kind.model_status);
        earlier.iter().find(same).map_or(0, |other| other.count)
    };
    let left = now.iter().map(|kind| Answers { count: kind.count.saturating_sub(before(kind)), ..*kind });
    left.filter(|kind| kind.count > 0).collect()
}

/// What was counted in one minute of the clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Minute {
    pub start: Timestamp,
    /// Of it that have passed; below 60 for the one that runs, and for the first.
    pub seconds: f64,
    /// Client connections, on average.
    pub connections_active: f64,
    pub meters: DoorMeters,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndpointMeters {
    /// Since the endpoint was opened.
    pub meters: DoorMeters,
    /// The last hour, oldest first; the last one still runs.
    pub minutes: Vec<Minute>,
    /// What every deployment that serves may take.
    pub limits: BTreeMap<String, ServedLimits>,
    /// Every instance that serves, and whether its probe lets it.
    pub ready: BTreeMap<String, BTreeMap<String, bool>>,
}

/// As the deployment YAML has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServedLimits {
    pub request_timeout_ms: u64,
    pub max_concurrent_requests_per_instance: u32,
    pub instance_count: u32,
}

/// `GET /v1/meters` of the control API.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MetersDocument {
    pub endpoints: BTreeMap<EndpointName, EndpointMeters>,
    /// Lines that the disk did not take.
    pub traffic_log_dropped: u64,
}
