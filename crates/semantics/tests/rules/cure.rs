//! What would have to be written in the YAML.

use crate::table::{equal, run};
use model::{Limits, Profile};
use semantics::cure::{Cure, Refused, Timeouts, of_refusals, of_timeouts};
use semantics::knee::{First, Room, Step, judge};
use serde::Deserialize;
use std::time::Duration;

pub const TABLES: &[&str] = &["cure_refused", "cure_timeout", "knee"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TimeoutRow {
    profile: String,
    model_ms: u64,
    waited_ms: u64,
    in_flight: u32,
    timeout_ms: u64,
    max_concurrent: u32,
    instance_count: u32,
    expected: String,
}

#[test]
fn cures_of_timeouts() {
    run("cure_timeout", |row: TimeoutRow| {
        let (model, waited) = (Duration::from_millis(row.model_ms), Duration::from_millis(row.waited_ms));
        let met = Timeouts { model, waited, in_flight: row.in_flight };
        let limits = limits(row.timeout_ms, row.max_concurrent, row.instance_count);
        equal(told(of_timeouts(&met, &limits, profile(&row.profile))), row.expected)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefusedRow {
    profile: String,
    in_flight: u32,
    refused: u64,
    within_ms: u64,
    /// Absent: not known.
    model_ms: Option<u64>,
    max_concurrent: u32,
    instance_count: u32,
    expected: String,
}

#[test]
fn cures_of_refusals() {
    run("cure_refused", |row: RefusedRow| {
        let (within, model) = (Duration::from_millis(row.within_ms), row.model_ms.map(Duration::from_millis));
        let met = Refused { in_flight: row.in_flight, refused: row.refused, within, model };
        let limits = limits(5000, row.max_concurrent, row.instance_count);
        equal(told(of_refusals(&met, &limits, profile(&row.profile))), row.expected)
    });
}

fn profile(name: &str) -> Profile {
    if name == "kubernetes" { Profile::Kubernetes } else { Profile::Managed }
}

fn limits(timeout_ms: u64, max_concurrent_requests_per_instance: u32, instance_count: u32) -> Limits {
    let request_timeout = Duration::from_millis(timeout_ms);
    let max_queue_wait = Duration::from_millis(500);
    Limits { request_timeout, max_concurrent_requests_per_instance, instance_count, max_queue_wait }
}

fn told(cure: Option<Cure>) -> String {
    match cure {
        None => "nothing".into(),
        Some(Cure::Timeout { from_ms, to_ms }) => format!("request_timeout_ms {from_ms} -> {to_ms}"),
        Some(Cure::TimeoutBeyond { needed_ms, most_ms }) => format!("needs {needed_ms}, at most {most_ms}"),
        Some(Cure::Concurrency { max_from, max_to, count_from, count_to }) => {
            format!("max_concurrent {max_from} -> {max_to}, or instance_count {count_from} -> {count_to}")
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KneeRow {
    steps: Vec<(u32, f64, u64, u64)>,
    max_concurrent: u32,
    instance_count: u32,
    managed: bool,
    expected: String,
    knee: Option<u32>,
    needs: (u32, u32),
}

#[test]
fn knees() {
    run("knee", |row: KneeRow| {
        let step = |(concurrency, per_second, refused, timed_out)| Step { concurrency, per_second, refused, timed_out };
        let steps: Vec<Step> = row.steps.into_iter().map(step).collect();
        let (max_concurrent_requests_per_instance, instance_count) = (row.max_concurrent, row.instance_count);
        let room = Room { max_concurrent_requests_per_instance, instance_count, managed: row.managed };
        let found = judge(&steps, room);
        let first = match found.first {
            First::Refused { at } => format!("refused at {at}"),
            First::TimedOut { at } => format!("timed out at {at}"),
            First::Processor { at } => format!("processor at {at}"),
            First::Places { at } => format!("places at {at}"),
            First::Nothing => "nothing".into(),
        };
        let needs = (found.max_concurrent_requests_per_instance, found.instance_count);
        equal((first, found.knee, needs), (row.expected, row.knee, row.needs))
    });
}
