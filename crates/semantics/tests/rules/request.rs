//! What happens to a request before the container has it.

use crate::table::{equal, run};
use model::{
    Auth, AuthMode, DeploymentName, EndpointName, IssuedToken, KeyHash, Limits, Profile, RateLimits, ServedDeployment,
    ServedEndpoint, UpstreamMode,
};
use semantics::balance::{Choice, Load, choose};
use semantics::refusal::Refusal;
use semantics::{admission, auth, headers, request_id, routing};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub const TABLES: &[&str] = &[
    "admission",
    "auth",
    "balance",
    "client_request_id",
    "header_profiles",
    "headers",
    "queue_wait",
    "request_id",
    "routing",
];

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
    #[serde(default = "managed")]
    profile: Profile,
    mode: AuthMode,
    #[serde(default)]
    keys: Vec<String>,
    #[serde(default)]
    tokens: Vec<TokenRow>,
    /// Unix seconds.
    #[serde(default)]
    now: i64,
    authorization: Option<String>,
    expected: u16,
    body: Option<String>,
    content_type: Option<String>,
}

pub fn managed() -> Profile {
    Profile::Managed
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenRow {
    credential: String,
    expires: i64,
    #[serde(default)]
    audience: String,
    #[serde(default)]
    tenant: String,
}

impl From<&TokenRow> for IssuedToken {
    fn from(row: &TokenRow) -> Self {
        let hash = auth::key_hash(&row.credential);
        Self { hash, expires: row.expires, audience: row.audience.clone(), tenant: row.tenant.clone() }
    }
}

#[test]
fn credentials() {
    run("auth", |row: AuthRow| {
        let hashes = row.keys.iter().map(|key| auth::key_hash(key)).collect::<Vec<KeyHash>>();
        let issued = row.tokens.iter().map(IssuedToken::from).collect();
        let auth = match row.mode {
            AuthMode::Key => Auth::Keys(hashes),
            AuthMode::AmlToken => Auth::AmlTokens(issued),
            AuthMode::AadToken => Auth::AadTokens { issued, tenant: "ours".into() },
        };
        let authorization = row.authorization.as_deref().map(str::as_bytes);
        let found = auth::authorize(row.profile, authorization, &auth, row.now);
        equal(answer(found), (row.expected, row.body.unwrap_or_default(), row.content_type.unwrap_or_default()))
    });
}

/// Status, body, content type; 200 for what passes.
pub fn answer(found: Result<(), Refusal>) -> (u16, String, String) {
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
        let names: Vec<&str> = row.deployments.iter().map(String::as_str).collect();
        let mut endpoint = endpoint(&names);
        endpoint.traffic = row.traffic.iter().map(|(name, weight)| (DeploymentName::new(name), *weight)).collect();
        let found = routing::route(&endpoint, row.header.as_deref(), row.draw);
        equal(
            found.map_or_else(|refusal| refusal.status.to_string(), |deployment| deployment.name.to_string()),
            row.expected,
        )
    });
}

/// Managed, without traffic.
pub fn endpoint(deployments: &[&str]) -> ServedEndpoint {
    let served = |name: &&str| (DeploymentName::new(name), Arc::new(deployment(name)));
    ServedEndpoint {
        name: EndpointName::new("credit"),
        profile: Profile::Managed,
        auth: Auth::Keys(vec![]),
        traffic: BTreeMap::new(),
        mirror: None,
        rate_limits: RateLimits::Off,
        deployments: deployments.iter().map(served).collect(),
    }
}

fn deployment(name: &str) -> ServedDeployment {
    ServedDeployment {
        name: DeploymentName::new(name),
        limits: limits(1, 1),
        scoring_path: "/score".into(),
        upstream: UpstreamMode::WholeBodyThenClose,
        instances: vec![],
        faults: vec![],
        collector: None,
    }
}

fn limits(max_concurrent_requests_per_instance: u32, instance_count: u32) -> Limits {
    Limits {
        request_timeout: Duration::from_secs(5),
        max_concurrent_requests_per_instance,
        instance_count,
        max_queue_wait: Duration::from_millis(500),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdmissionRow {
    #[serde(default = "managed")]
    profile: Profile,
    /// A debugger is attached.
    #[serde(default)]
    debugged: bool,
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
        let limits = limits(row.max_concurrent_requests_per_instance, row.instance_count);
        let limits = if row.debugged { admission::suspended(limits) } else { limits };
        let found = admission::admit(row.profile, row.in_flight, &limits);
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
        let request = fate(headers::withheld_from_container(Profile::Managed)(&row.name));
        let answer = fate(headers::withheld_from_client(Profile::Managed)(&row.name));
        equal((request, answer), (row.request, row.answer))
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderProfileRow {
    profile: Profile,
    name: String,
    /// `passes`, or `withheld`.
    request: String,
    answer: String,
}

#[test]
fn header_names_by_profile() {
    run("header_profiles", |row: HeaderProfileRow| {
        let fate = |withheld: fn(&str) -> bool| if withheld(&row.name) { "withheld" } else { "passes" };
        let request = fate(headers::withheld_from_container(row.profile));
        let answer = fate(headers::withheld_from_client(row.profile));
        equal((request, answer), (row.request.as_str(), row.answer.as_str()))
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QueueWaitRow {
    profile: Profile,
    #[serde(default)]
    debugged: bool,
    max_queue_wait_ms: u64,
    expected: Option<u64>,
    status: Option<u16>,
    body: Option<String>,
}

#[test]
fn queue_waits() {
    run("queue_wait", |row: QueueWaitRow| {
        let limits = Limits { max_queue_wait: Duration::from_millis(row.max_queue_wait_ms), ..limits(1, 1) };
        let limits = if row.debugged { admission::suspended(limits) } else { limits };
        let found = admission::queue_wait(row.profile, &limits);
        let told = found.map(|(_, refusal)| (refusal.status, refusal.words("credit").into_owned()));
        equal(found.map(|(wait, _)| wait.as_millis() as u64), row.expected)?;
        equal(told, row.status.zip(row.body))
    });
}
