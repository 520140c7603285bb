//! The minutes in the shape of Azure Monitor's answer to a question for metrics.

use super::table::{AZURE, AzureMetric, class};
use jiff::Timestamp;
use model::{Answers, CollectionMeters, EndpointMeters, EndpointName, Histogram, Minute};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// One value of each minute by its dimensions, in the order of the table.
type Course = BTreeMap<Vec<String>, Vec<(Timestamp, f64)>>;

/// `value[]` as it comes from `Microsoft.Insights/metrics`, interval PT1M; the last minute still runs.
pub fn azure(endpoint: &EndpointName, meters: &EndpointMeters) -> Value {
    let values: Vec<Value> = AZURE.iter().map(|metric| value(endpoint, metric, &meters.minutes)).collect();
    json!({
        "schema_version": model::SCHEMA_VERSION,
        "interval": "PT1M",
        "timespan": timespan(&meters.minutes),
        "namespace": "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
        "resourceregion": "local",
        "value": values,
    })
}

fn timespan(minutes: &[Minute]) -> String {
    let end = minutes.last().map(|minute| minute.start + jiff::SignedDuration::from_secs(60));
    match (minutes.first(), end) {
        (Some(first), Some(end)) => format!("{}/{end}", first.start),
        _ => String::new(),
    }
}

fn value(endpoint: &EndpointName, metric: &AzureMetric, minutes: &[Minute]) -> Value {
    let series = course(metric.name, minutes);
    let series: Vec<Value> = series.into_iter().map(|(labels, data)| one(metric, &labels, &data)).collect();
    json!({
        "id": format!("{endpoint}/providers/Microsoft.Insights/metrics/{}", metric.name),
        "type": "Microsoft.Insights/metrics",
        "name": { "value": metric.name, "localizedValue": metric.title },
        "unit": metric.unit,
        "timeseries": series,
        "errorCode": "Success",
    })
}

fn one(metric: &AzureMetric, labels: &[String], data: &[(Timestamp, f64)]) -> Value {
    let named = metric.dimensions.iter().zip(labels);
    let labels =
        named.map(|(name, value)| json!({ "name": { "value": name, "localizedValue": name }, "value": value }));
    let data = data.iter().map(|(time, average)| json!({ "timeStamp": time.to_string(), "average": average }));
    json!({ "metadatavalues": labels.collect::<Vec<_>>(), "data": data.collect::<Vec<_>>() })
}

fn course(metric: &str, minutes: &[Minute]) -> Course {
    let whole = |value: fn(&Minute) -> f64| {
        let data = minutes.iter().map(|minute| (minute.start, value(minute))).collect();
        Course::from([(vec![], data)])
    };
    match metric {
        "RequestsPerMinute" => requests(minutes),
        "NetworkBytes" => whole(|minute| per_second(minute, minute.meters.bytes_received + minute.meters.bytes_sent)),
        "ConnectionsActive" => whole(|minute| minute.connections_active),
        "NewConnectionsPerSecond" => whole(|minute| per_second(minute, minute.meters.connections_opened)),
        "DataCollectionEventsPerMinute" => collected(minutes),
        "DataCollectionErrorsPerMinute" => uncollected(minutes),
        latency => latencies(minutes, percent(latency)),
    }
}

fn per_second(minute: &Minute, count: u64) -> f64 {
    if minute.seconds > 0.0 { count as f64 / minute.seconds } else { 0.0 }
}

/// `None`: the mean.
fn percent(metric: &str) -> Option<f64> {
    metric.rsplit_once("_P")?.1.parse().ok()
}

fn requests(minutes: &[Minute]) -> Course {
    counted(minutes, |minute| {
        let unrouted = minute.meters.unrouted.iter().map(|kind| (labels("", kind), kind.count));
        let each = minute.meters.deployments.iter();
        let each = each.flat_map(|(name, it)| it.answers.iter().map(|kind| (labels(name.as_str(), kind), kind.count)));
        unrouted.chain(each).collect()
    })
}

fn collected(minutes: &[Minute]) -> Course {
    counted(minutes, |minute| collections(minute).map(|(name, of, it)| (vec![name, of], it.events)).collect())
}

fn uncollected(minutes: &[Minute]) -> Course {
    counted(minutes, |minute| {
        let reasons = |(name, of, it): (String, String, &CollectionMeters)| {
            let labels = |reason: &String| vec![name.clone(), reason.clone(), of.clone()];
            it.errors.iter().map(|(reason, count)| (labels(reason), *count)).collect::<Vec<_>>()
        };
        collections(minute).flat_map(reasons).collect()
    })
}

/// Deployment and name of each.
fn collections(minute: &Minute) -> impl Iterator<Item = (String, String, &CollectionMeters)> {
    let each = minute.meters.deployments.iter();
    each.flat_map(|(name, it)| it.collections.iter().map(|(of, it)| (name.to_string(), of.clone(), it)))
}

/// By labels.
type Kinds = BTreeMap<Vec<String>, u64>;

/// A kind that did not come in a minute was there 0 times.
fn counted(minutes: &[Minute], kinds: impl Fn(&Minute) -> Kinds) -> Course {
    let minutes: Vec<_> = minutes.iter().map(|minute| (minute.start, kinds(minute))).collect();
    let all: BTreeSet<Vec<String>> = minutes.iter().flat_map(|(_, kinds)| kinds.keys().cloned()).collect();
    let counts = |kind: &Vec<String>| {
        let count = |kinds: &Kinds| kinds.get(kind).copied().unwrap_or_default() as f64;
        minutes.iter().map(|(start, kinds)| (*start, count(kinds))).collect()
    };
    all.into_iter().map(|kind| (kind.clone(), counts(&kind))).collect()
}

fn labels(deployment: &str, answers: &Answers) -> Vec<String> {
    let model = if answers.model_status == 0 { String::new() } else { answers.model_status.to_string() };
    vec![deployment.to_owned(), answers.status.to_string(), class(answers.status), model]
}

/// A minute without a request has no latency.
fn latencies(minutes: &[Minute], percent: Option<f64>) -> Course {
    let figure = |times: &Histogram| match percent {
        None => times.mean(),
        Some(percent) => times.percentile(percent),
    };
    let mut course = Course::new();
    for minute in minutes {
        for (name, deployment) in &minute.meters.deployments {
            if let Some(time) = figure(&deployment.latency) {
                let milliseconds = time.as_micros() as f64 / 1000.0;
                course.entry(vec![name.to_string()]).or_default().push((minute.start, milliseconds));
            }
        }
    }
    course
}
