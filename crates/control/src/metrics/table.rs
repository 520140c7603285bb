//! Every metric, with its name in Azure Monitor where there is one. `docs/metrics.md` is made from this.

use super::{Sample, Samples};
use model::{Answers, CollectionMeters, DeploymentMeters, EndpointMeters, Histogram};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Counter,
    Gauge,
    Histogram,
}

impl Kind {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

#[derive(Debug)]
pub struct Metric {
    pub name: &'static str,
    pub kind: Kind,
    /// Beside `endpoint`.
    pub labels: &'static [&'static str],
    /// Names in Azure Monitor that are computed from it; empty: ours alone.
    pub azure: &'static str,
    pub help: &'static str,
    pub(crate) samples: Samples,
}

const DEPLOYMENT: &[&str] = &["deployment"];

pub const METRICS: &[Metric] = &[
    Metric {
        name: "local_endpoint_requests_total",
        kind: Kind::Counter,
        labels: &["deployment", "status", "status_class", "model_status"],
        azure: "RequestsPerMinute",
        help: "Requests that have ended; status 0: the client left before the answer, or `chaos drop` cut its connection; deployment empty: none was reached.",
        samples: |endpoint| {
            let unrouted = endpoint.meters.unrouted.iter().map(|answers| requests("", answers));
            let each =
                deployments(endpoint).flat_map(|(name, it)| it.answers.iter().map(move |kind| requests(name, kind)));
            unrouted.chain(each).collect()
        },
    },
    Metric {
        name: "local_endpoint_request_duration_seconds",
        kind: Kind::Histogram,
        labels: DEPLOYMENT,
        azure: "RequestLatency, RequestLatency_P50, RequestLatency_P90, RequestLatency_P95, RequestLatency_P99",
        help: "From the start of a request to the end of its answer.",
        samples: |endpoint| deployments(endpoint).flat_map(|(name, it)| buckets(name, &it.latency)).collect(),
    },
    Metric {
        name: "local_endpoint_model_duration_seconds",
        kind: Kind::Histogram,
        labels: DEPLOYMENT,
        azure: "",
        help: "From the moment an instance takes a request to the end of its answer, of abandoned ones too.",
        samples: |endpoint| deployments(endpoint).flat_map(|(name, it)| buckets(name, &it.model)).collect(),
    },
    Metric {
        name: "local_endpoint_request_bytes_total",
        kind: Kind::Counter,
        labels: &[],
        azure: "NetworkBytes",
        help: "Bytes of request bodies.",
        samples: |endpoint| one(endpoint.meters.bytes_received as f64),
    },
    Metric {
        name: "local_endpoint_response_bytes_total",
        kind: Kind::Counter,
        labels: &[],
        azure: "NetworkBytes",
        help: "Bytes of the bodies of answers.",
        samples: |endpoint| one(endpoint.meters.bytes_sent as f64),
    },
    Metric {
        name: "local_endpoint_connections_active",
        kind: Kind::Gauge,
        labels: &[],
        azure: "ConnectionsActive",
        help: "Client connections that are open.",
        samples: |endpoint| one(endpoint.meters.connections_active.into()),
    },
    Metric {
        name: "local_endpoint_connections_opened_total",
        kind: Kind::Counter,
        labels: &[],
        azure: "NewConnectionsPerSecond",
        help: "Client connections that were opened.",
        samples: |endpoint| one(endpoint.meters.connections_opened as f64),
    },
    Metric {
        name: "local_endpoint_requests_in_flight",
        kind: Kind::Gauge,
        labels: DEPLOYMENT,
        azure: "",
        help: "Requests that were let in and whose answer has not ended: what a 429 counts.",
        samples: |endpoint| gauge(endpoint, |it| it.in_flight),
    },
    Metric {
        name: "local_endpoint_requests_queued",
        kind: Kind::Gauge,
        labels: DEPLOYMENT,
        azure: "",
        help: "Of the requests in flight, those that wait for an instance.",
        samples: |endpoint| gauge(endpoint, |it| it.queued),
    },
    Metric {
        name: "local_endpoint_requests_abandoned",
        kind: Kind::Gauge,
        labels: DEPLOYMENT,
        azure: "",
        help: "Requests that nobody waits for any more and the containers still work on.",
        samples: |endpoint| gauge(endpoint, |it| it.abandoned),
    },
    Metric {
        name: "local_endpoint_abandoned_ended_total",
        kind: Kind::Counter,
        labels: DEPLOYMENT,
        azure: "",
        help: "Abandoned requests that the containers have ended.",
        samples: |endpoint| deployments(endpoint).map(|(name, it)| of(name, it.abandoned_ended as f64)).collect(),
    },
    Metric {
        name: "local_endpoint_mirrored_requests_total",
        kind: Kind::Counter,
        labels: DEPLOYMENT,
        azure: "",
        help: "Mirrored copies that the deployment has answered; they are among its requests.",
        samples: |endpoint| deployments(endpoint).map(|(name, it)| of(name, it.copies as f64)).collect(),
    },
    Metric {
        name: "local_endpoint_mirrored_dropped_total",
        kind: Kind::Counter,
        labels: DEPLOYMENT,
        azure: "",
        help: "Copies that were not sent: no instance was free, or the body was too long.",
        samples: |endpoint| deployments(endpoint).map(|(name, it)| of(name, it.copies_dropped as f64)).collect(),
    },
    Metric {
        name: "local_endpoint_collected_events_total",
        kind: Kind::Counter,
        labels: &["deployment", "collection"],
        azure: "DataCollectionEventsPerMinute",
        help: "Payloads that the data collector has written.",
        samples: |endpoint| collections(endpoint).map(|(labels, it)| counted(labels, it.events)).collect(),
    },
    Metric {
        name: "local_endpoint_collected_errors_total",
        kind: Kind::Counter,
        labels: &["deployment", "collection", "reason"],
        azure: "DataCollectionErrorsPerMinute",
        help: "Payloads that it has not: too large, broken off in the middle, or the disk too slow or full.",
        samples: |endpoint| {
            let reasons = |(labels, it): (Vec<Label>, &CollectionMeters)| {
                let with = |reason: &String| [labels.clone(), vec![("reason", reason.clone())]].concat();
                it.errors.iter().map(|(reason, count)| counted(with(reason), *count)).collect::<Vec<_>>()
            };
            collections(endpoint).flat_map(reasons).collect()
        },
    },
    Metric {
        name: "local_endpoint_instance_ready",
        kind: Kind::Gauge,
        labels: &["deployment", "instance"],
        azure: "",
        help: "1 while the readiness probe lets an instance have requests.",
        samples: |endpoint| {
            let instances = endpoint.ready.iter().flat_map(|(name, it)| it.iter().map(move |one| (name, one)));
            let sample = |(name, (instance, ready)): (&String, (&String, &bool))| Sample {
                suffix: "",
                labels: vec![("deployment", name.clone()), ("instance", instance.clone())],
                value: u8::from(*ready).into(),
            };
            instances.map(sample).collect()
        },
    },
    Metric {
        name: "local_endpoint_exchanges_dropped_total",
        kind: Kind::Counter,
        labels: &[],
        azure: "",
        help: "Failed requests that were not explained, as too many failed at once.",
        samples: |endpoint| one(endpoint.meters.exchanges_dropped as f64),
    },
];

fn deployments(endpoint: &EndpointMeters) -> impl Iterator<Item = (&str, &DeploymentMeters)> {
    endpoint.meters.deployments.iter().map(|(name, it)| (name.as_str(), it))
}

type Label = (&'static str, String);

fn collections(endpoint: &EndpointMeters) -> impl Iterator<Item = (Vec<Label>, &CollectionMeters)> {
    let labels = |name: &str, of: &str| vec![("deployment", name.to_owned()), ("collection", of.to_owned())];
    deployments(endpoint).flat_map(move |(name, it)| it.collections.iter().map(move |(of, it)| (labels(name, of), it)))
}

fn counted(labels: Vec<Label>, count: u64) -> Sample {
    Sample { suffix: "", labels, value: count as f64 }
}

fn one(value: f64) -> Vec<Sample> {
    vec![Sample { suffix: "", labels: vec![], value }]
}

fn of(deployment: &str, value: f64) -> Sample {
    Sample { suffix: "", labels: vec![("deployment", deployment.to_owned())], value }
}

fn gauge(endpoint: &EndpointMeters, value: impl Fn(&DeploymentMeters) -> u32) -> Vec<Sample> {
    deployments(endpoint).map(|(name, it)| of(name, value(it).into())).collect()
}

fn requests(deployment: &str, answers: &Answers) -> Sample {
    let model = if answers.model_status == 0 { String::new() } else { answers.model_status.to_string() };
    let labels = vec![
        ("deployment", deployment.to_owned()),
        ("status", answers.status.to_string()),
        ("status_class", class(answers.status)),
        ("model_status", model),
    ];
    Sample { suffix: "", labels, value: answers.count as f64 }
}

/// `2xx`; empty where there was no answer.
pub(crate) fn class(status: u16) -> String {
    if status == 0 { String::new() } else { format!("{}xx", status / 100) }
}

/// Powers of two, which the histogram counts exactly: from 1 ms to 4.5 minutes.
const EDGES: std::ops::RangeInclusive<u32> = 10..=28;

fn buckets(deployment: &str, times: &Histogram) -> Vec<Sample> {
    let with = |suffix, edge: Option<String>, value| {
        let labels = [("deployment", deployment.to_owned())].into_iter().chain(edge.map(|edge| ("le", edge)));
        Sample { suffix, labels: labels.collect(), value }
    };
    let edges = EDGES.map(|power| {
        let edge = (1u64 << power) as f64 / 1e6;
        with("_bucket", Some(edge.to_string()), times.up_to(1 << power) as f64)
    });
    let count = times.count() as f64;
    let rest = [
        with("_bucket", Some("+Inf".to_owned()), count),
        with("_sum", None, times.sum().as_secs_f64()),
        with("_count", None, count),
    ];
    edges.chain(rest).collect()
}

/// A metric of Azure Monitor's for `Microsoft.MachineLearningServices/workspaces/onlineEndpoints`.
#[derive(Debug)]
pub struct AzureMetric {
    pub name: &'static str,
    pub title: &'static str,
    pub unit: &'static str,
    pub dimensions: &'static [&'static str],
    /// What stands behind it here; where nothing does, it is not shown.
    pub here: &'static str,
}

macro_rules! azure {
    ($($name:literal $title:literal $unit:literal [$($dimension:literal),*] $here:literal)*) => {
        &[$(AzureMetric { name: $name, title: $title, unit: $unit, dimensions: &[$($dimension),*], here: $here }),*]
    };
}

/// In the order of `metrics -o json`.
pub const AZURE: &[AzureMetric] = azure! {
    "RequestsPerMinute" "Requests Per Minute" "Count" ["deployment", "statusCode", "statusCodeClass", "modelStatusCode"] "Requests that ended in the minute"
    "RequestLatency" "Request Latency" "Milliseconds" ["deployment"] "Mean of the minute"
    "RequestLatency_P50" "Request Latency P50" "Milliseconds" ["deployment"] "At most 1/32 too long, as all percentiles"
    "RequestLatency_P90" "Request Latency P90" "Milliseconds" ["deployment"] ""
    "RequestLatency_P95" "Request Latency P95" "Milliseconds" ["deployment"] ""
    "RequestLatency_P99" "Request Latency P99" "Milliseconds" ["deployment"] ""
    "NetworkBytes" "Network Bytes" "BytesPerSecond" [] "Bytes of bodies, both ways"
    "ConnectionsActive" "Connections Active" "Count" [] "Looked at every 5 s"
    "NewConnectionsPerSecond" "New Connections Per Second" "CountPerSecond" [] "Mean of the minute"
    "DataCollectionEventsPerMinute" "Data Collection Events Per Minute" "Count" ["deployment", "type"] "Payloads written in the minute; `type` is the collection (inferred)"
    "DataCollectionErrorsPerMinute" "Data Collection Errors Per Minute" "Count" ["deployment", "reason", "type"] "Payloads lost in the minute; the reasons are ours"
};
