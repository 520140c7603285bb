//! What the client is told.

use crate::table::{equal, run};
use model::{Profile, Reason};
use semantics::instance_count::{Load, reserved};
use semantics::outcome::{Upstream, Verdict, code, judge};
use serde::Deserialize;
use std::collections::BTreeMap;

pub const TABLES: &[&str] = &["instance_count", "outcome", "outcome_code"];

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Door {
    Managed,
    Kubernetes,
    Passthrough,
}

impl From<Door> for Profile {
    fn from(door: Door) -> Self {
        match door {
            Door::Managed => Self::Managed,
            Door::Kubernetes => Self::Kubernetes,
            Door::Passthrough => Self::Passthrough,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutcomeRow {
    profile: Door,
    /// A status, `closed`, `timed out`, `not ready`.
    upstream: String,
    run_function_failed: Option<String>,
    expected: u16,
    /// Absent: the container's own.
    body: Option<String>,
    content_type: Option<String>,
    reason: Option<Reason>,
    headers: Option<BTreeMap<String, String>>,
}

#[test]
fn outcomes() {
    run("outcome", |row: OutcomeRow| {
        let upstream = upstream(&row);
        let expected = (row.expected, row.body, row.content_type, row.reason, row.headers.unwrap_or_default());
        equal(told(judge(row.profile.into(), upstream)), expected)
    });
}

fn upstream(row: &OutcomeRow) -> Upstream {
    match row.upstream.as_str() {
        "closed" => Upstream::Closed,
        "timed out" => Upstream::TimedOut,
        "not ready" => Upstream::NotReady,
        status => {
            let status = status.parse().expect("a status");
            Upstream::answered(status, row.run_function_failed.as_deref().map(str::as_bytes))
        }
    }
}

type Told = (u16, Option<String>, Option<String>, Option<Reason>, BTreeMap<String, String>);

fn told(verdict: Verdict) -> Told {
    match verdict {
        Verdict::Pass { status, reason, headers } => {
            let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            (status, None, None, reason, headers)
        }
        Verdict::Refuse(refusal) => {
            let headers = refusal.headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let (body, content_type) = (refusal.body.to_owned(), refusal.content_type.to_owned());
            (refusal.status, Some(body), Some(content_type), Some(refusal.reason), headers.collect())
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeRow {
    profile: Door,
    status: u16,
    reason: Reason,
    /// The catalogue's name; absent: none.
    expected: Option<String>,
}

#[test]
fn codes_of_outcomes() {
    run("outcome_code", |row: CodeRow| {
        equal(code(row.profile.into(), row.status, row.reason).map(|code| code.name().to_owned()), row.expected)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LoadRow {
    target_rps: f64,
    request_process_time: f64,
    target_utilization: f64,
    max_concurrent_requests_per_instance: u32,
    expected: u64,
    reserved: u64,
}

#[test]
fn instance_counts() {
    run("instance_count", |row: LoadRow| {
        let load = Load {
            target_rps: row.target_rps,
            request_process_time: row.request_process_time,
            target_utilization: row.target_utilization,
            max_concurrent_requests_per_instance: row.max_concurrent_requests_per_instance,
        };
        let count = load.instance_count();
        equal((count, reserved(count)), (row.expected, row.reserved))
    });
}
