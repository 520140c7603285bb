//! What happens to a request before the container has it.

use crate::table::{equal, run};
use model::{
    Auth, AuthMode, DeploymentName, EndpointName, Limits, Profile, ServedDeployment, ServedEndpoint, UpstreamMode,
};
use semantics::balance::{Choice, Load, choose};
use semantics::refusal::Refusal;
use semantics::{admission, auth, headers, request_id, routing};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub const TABLES: &[&str] = &["admission", "auth", "balance", "client_request_id", "headers", "request_id", "routing"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestIdRow {
    random: [u8; 16],
    expected: String,
}

#[test]
fn request_ids() {
    run("request_id", |row: RequestIdRow| equal(request_id::request_id(row.random).to_string(), row.expected));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientIdRow {
    sent: String,
    /// Absent: nothing is kept.
    expected: Option<String>,
}

#[test]
fn client_request_ids() {
    run("client_request_id", |row: ClientIdRow| {
        equal(request_id::client_request_id(row.sent.as_bytes()), row.expected)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthRow {
    mode: AuthMode,
    keys: Vec<String>,
    authorization: Option<String>,
    expected: u16,
    body: Option<String>,
    content_type: Option<String>,
}

#[test]
fn credentials() {
    run("auth", |row: AuthRow| {
        let auth = Auth { mode: row.mode, key_hashes: row.keys.iter().map(|key| auth::key_hash(key)).collect() };
        let found = auth::authorize(row.authorization.as_deref().map(str::as_bytes), &auth);
        equal(answer(found), (row.expected, row.body.unwrap_or_default(), row.content_type.unwrap_or_default()))
    });
}

/// Status, body, content type; 200 for what passes.
fn answer(found: Result<(), Refusal>) -> (u16, String, String) {
    found.map_or_else(
        |refusal| (refusal.status, refusal.body.to_owned(), refusal.content_type.to_owned()),
        |()| (200, String::new(), String::new()),
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoutingRow {
    traffic: BTreeMap<String, u32>,
    deployments: Vec<String>,
    header: Option<String>,
    draw: u32,
    /// The deployment's name, or the status of the refusal.
    expected: String,
}

#[test]
fn routes() {
    run("routing", |row: RoutingRow| {
        let endpoint = endpoint(&row);
        let found = routing::route(&endpoint, row.header.as_deref(), row.draw);
        equal(
            found.map_or_else(|refusal| refusal.status.to_string(), |deployment| deployment.name.to_string()),
            row.expected,
        )
    });
}

fn endpoint(row: &RoutingRow) -> ServedEndpoint {
    let served = |name: &String| (DeploymentName::new(name), Arc::new(deployment(name)));
    ServedEndpoint {
        name: EndpointName::new("credit"),
        profile: Profile::Managed,
        auth: Auth { mode: AuthMode::Key, key_hashes: vec![] },
        traffic: row.traffic.iter().map(|(name, weight)| (DeploymentName::new(name), *weight)).collect(),
        mirror: None,
        deployments: row.deployments.iter().map(served).collect(),
    }
}

fn deployment(name: &str) -> ServedDeployment {
    ServedDeployment {
        name: DeploymentName::new(name),
        limits: limits(1, 1),
        scoring_path: "/score".into(),
        upstream: UpstreamMode::WholeBodyThenClose,
        instances: vec![],
    }
}

fn limits(max_concurrent_requests_per_instance: u32, instance_count: u32) -> Limits {
    Limits { request_timeout: Duration::from_secs(5), max_concurrent_requests_per_instance, instance_count }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdmissionRow {
    max_concurrent_requests_per_instance: u32,
    instance_count: u32,
    in_flight: u32,
    expected: u16,
    body: Option<String>,
    content_type: Option<String>,
    headers: Option<BTreeMap<String, String>>,
}

#[test]
fn admissions() {
    run("admission", |row: AdmissionRow| {
        let found =
            admission::admit(row.in_flight, &limits(row.max_concurrent_requests_per_instance, row.instance_count));
        let added = found.err().map(|refusal| {
            refusal.headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        });
        equal(answer(found), (row.expected, row.body.unwrap_or_default(), row.content_type.unwrap_or_default()))?;
        equal(added, row.headers)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BalanceRow {
    /// Requests running by instance; -1: it is not ready.
    running: Vec<i64>,
    max_concurrent: u32,
    turn: u64,
    expected: String,
}

#[test]
fn balances() {
    run("balance", |row: BalanceRow| {
        let load = |running: &i64| Load { ready: *running >= 0, running: (*running).try_into().unwrap_or(0) };
        let loads: Vec<_> = row.running.iter().map(load).collect();
        let found = match choose(&loads, row.max_concurrent, row.turn) {
            Choice::Instance(index) => index.to_string(),
            Choice::Wait => "wait".into(),
            Choice::NoneReady => "none ready".into(),
        };
        equal(found, row.expected)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderRow {
    name: String,
    /// `passes`, `ends here`, or `withheld`.
    request: String,
    answer: String,
}

#[test]
fn header_names() {
    run("headers", |row: HeaderRow| {
        let fate = |withheld| match (headers::is_hop_by_hop(&row.name), withheld) {
            (true, _) => "ends here".to_owned(),
            (false, true) => "withheld".to_owned(),
            (false, false) => "passes".to_owned(),
        };
        let request = fate(headers::is_withheld_from_container(&row.name));
        let answer = fate(headers::is_withheld_from_client(&row.name));
        equal((request, answer), (row.request, row.answer))
    });
}
