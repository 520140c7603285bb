//! What is collected, where, and in which shape.

use crate::table::{equal, run};
use model::{RollingRate, SamplingRate};
use semantics::data_collector::{Event, Place, is_collection, logged, place, sampled};
use serde::Deserialize;

pub const TABLES: &[&str] =
    &["collector_event", "collector_logged", "collector_name", "collector_place", "collector_sampled"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sampled {
    rate: f64,
    /// Of what can be drawn, the part that lies below.
    draw: f64,
    expected: bool,
}

#[test]
fn which_requests_are_sampled() {
    run("collector_sampled", |row: Sampled| {
        let draw = (row.draw * f64::from(u32::MAX)) as u32;
        equal(sampled(SamplingRate::of(row.rate), || draw), row.expected)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    name: String,
    expected: bool,
}

#[test]
fn names_of_collections() {
    run("collector_name", |row: Name| equal(is_collection(&row.name), row.expected));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Placed {
    content_type: Option<String>,
    bytes: usize,
    valid: bool,
    expected: String,
}

#[test]
fn where_a_payload_is() {
    run("collector_place", |row: Placed| {
        let place = place(row.content_type.as_deref(), row.bytes, || row.valid);
        equal(format!("{place:?}"), row.expected)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    collection: String,
    content_type: Option<String>,
    path: Option<String>,
    method: Option<String>,
    declared: Option<bool>,
    correlation_id: Option<String>,
    others: Option<Vec<(String, String)>>,
    rolling: Option<RollingRate>,
    bytes: usize,
    place: String,
    file: String,
    payload_file: Option<String>,
    expected: Vec<String>,
}

#[test]
fn an_event_and_its_files() {
    run("collector_event", |row: Line| {
        let event = Event {
            id: "19790b87".into(),
            endpoint: "credit".into(),
            deployment: "blue".into(),
            collection: row.collection,
            time: "2022-05-25T08:59:48Z".into(),
            content_type: row.content_type,
            path: row.path,
            method: row.method,
            declared: row.declared.unwrap_or(true),
            correlation_id: row.correlation_id,
            others: row.others.unwrap_or_default(),
        };
        let place = match row.place.as_str() {
            "Nowhere" => Place::Nowhere,
            "InLine" => Place::InLine,
            "Beside" => Place::Beside,
            "Apart" => Place::Apart,
            other => panic!("no place {other}"),
        };
        let rate = row.rolling.unwrap_or_default();
        let attributes = event.attributes(row.bytes, place);
        let written: Vec<_> = attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
        equal(
            (written, event.file(rate, "5d0c"), event.payload_file(rate, place)),
            (row.expected, row.file, row.payload_file),
        )
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Headers {
    headers: Vec<(String, String)>,
    expected: Vec<String>,
}

#[test]
fn what_the_package_sends() {
    run("collector_logged", |row: Headers| {
        let found = logged(&row.headers).map_or(vec!["nothing".to_owned()], |it| {
            let one = |name: &str, value: Option<String>| value.map(|value| format!("{name}={value}"));
            let known = [
                one("collection", Some(it.collection)),
                one("time", it.time.map(|time| time.to_string())),
                one("id", it.id),
                one("correlation_id", it.correlation_id),
                one("content_type", it.content_type),
            ];
            known.into_iter().flatten().chain(it.others.iter().map(|(name, value)| format!("{name}={value}"))).collect()
        });
        equal(found, row.expected)
    });
}
