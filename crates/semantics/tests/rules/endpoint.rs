//! The endpoint as a whole: its paths, its name, its rates, its mirror, its tokens.

use crate::request::{answer, endpoint};
use crate::table::{equal, run};
use model::{DeploymentName, Mirror, Profile};
use semantics::rates::{self, Limit};
use semantics::secret::{self, SecretValue};
use semantics::{host, paths, token, traffic};
use serde::Deserialize;
use std::collections::BTreeMap;

pub const TABLES: &[&str] =
    &["host", "mirror", "mirrored", "paths", "rate_bursts", "rates", "secret", "swagger", "token"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PathRow {
    profile: Profile,
    container: String,
    path: String,
    /// Absent: no such path.
    expected: Option<String>,
    scoring: String,
    openapi: String,
}

#[test]
fn paths_of_an_endpoint() {
    run("paths", |row: PathRow| {
        let inward = paths::inward(row.profile, "credit", &row.container, &row.path);
        equal(inward.map(String::from), row.expected)?;
        equal(paths::scoring(row.profile, "credit", &row.container).into_owned(), row.scoring)?;
        equal(paths::openapi(row.profile, "credit").into_owned(), row.openapi)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SwaggerRow {
    profile: Profile,
    status: u16,
    expected: u16,
    body: Option<String>,
    content_type: Option<String>,
}

#[test]
fn swaggers() {
    run("swagger", |row: SwaggerRow| {
        let found = paths::no_swagger(row.profile, row.status);
        equal(answer(found), (row.expected, row.body.unwrap_or_default(), row.content_type.unwrap_or_default()))
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HostRow {
    profile: Profile,
    host: Option<String>,
    expected: u16,
    body: Option<String>,
    content_type: Option<String>,
}

#[test]
fn hosts() {
    run("host", |row: HostRow| {
        let found = host::admit(row.profile, row.host.as_deref().map(str::as_bytes));
        equal(answer(found), (row.expected, row.body.unwrap_or_default(), row.content_type.unwrap_or_default()))
    });
}

fn limit(name: &str) -> Limit {
    match name {
        "requests" => Limit::Requests,
        "new connections" => Limit::NewConnections,
        "bandwidth" => Limit::Bandwidth,
        other => panic!("no limit {other}"),
    }
}

/// Clocks do not start at 0: a machine has been up for a while.
const START: u64 = 3_600_000_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateRow {
    limit: String,
    at: Vec<u64>,
    amount: u64,
    expected: Vec<i64>,
}

#[test]
fn delays() {
    run("rates", |row: RateRow| {
        let (mut clock, mut found) = (0, vec![]);
        for at in &row.at {
            let (next, delay) = rates::charge(limit(&row.limit), clock, START + at * 1_000_000, row.amount);
            clock = next;
            found.push(delay.as_millis() as i64);
        }
        equal(found, row.expected)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BurstRow {
    limit: String,
    attempts: usize,
    expected: usize,
    then: usize,
}

#[test]
fn bursts() {
    run("rate_bursts", |row: BurstRow| {
        let mut clock = 0;
        let mut passed = |now: u64| {
            let mut take = || rates::take(limit(&row.limit), clock, now).map(|next| clock = next);
            (0..row.attempts).filter(|_| take().is_some()).count()
        };
        equal((passed(START), passed(START + 1_000_000_000)), (row.expected, row.then))
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MirrorRow {
    #[serde(default)]
    kubernetes: bool,
    traffic: BTreeMap<String, u32>,
    mirror: BTreeMap<String, u32>,
    expected: Vec<String>,
}

#[test]
fn mirrors() {
    run("mirror", |row: MirrorRow| {
        let named = |map: &BTreeMap<String, u32>| {
            map.iter().map(|(name, percent)| (DeploymentName::new(name), *percent)).collect::<Vec<_>>()
        };
        let live = named(&row.traffic).into_iter().collect();
        let faults = traffic::mirror_faults(row.kubernetes, &live, &named(&row.mirror));
        equal(faults.iter().map(ToString::to_string).collect(), row.expected)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MirroredRow {
    profile: Profile,
    header: bool,
    draw: u32,
    expected: bool,
}

#[test]
fn copies() {
    run("mirrored", |row: MirroredRow| {
        let mut endpoint = endpoint(&["blue", "green"]);
        endpoint.profile = row.profile;
        endpoint.mirror = Some(Mirror { deployment: DeploymentName::new("green"), percent: 10 });
        let found = traffic::mirrored(&endpoint, row.header, row.draw);
        equal(found.map(|copy| copy.name.to_string()), row.expected.then(|| "green".to_owned()))
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TimesRow {
    now: i64,
    lifetime: i64,
    expiry: i64,
    refresh_after: i64,
}

#[test]
fn times_of_a_token() {
    run("token", |row: TimesRow| {
        let times = token::issued(row.now, row.lifetime);
        equal((times.expiry, times.refresh_after), (row.expiry, row.refresh_after))
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretRow {
    value: String,
    expected: String,
}

#[test]
fn values_of_variables() {
    run("secret", |row: SecretRow| {
        let found = match secret::read(&row.value) {
            SecretValue::Text => "text".to_owned(),
            SecretValue::Reference(inner) => format!("reference {inner}"),
            SecretValue::Malformed(_) => "malformed".to_owned(),
            SecretValue::Embedded(inner) => format!("embedded {inner}"),
        };
        equal(found, row.expected)
    });
}
