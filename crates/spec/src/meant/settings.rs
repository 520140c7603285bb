//! Request settings, probes, instance count.

use super::Context;
use crate::written::Spanned;
use crate::written::deployment::DeploymentWritten;
use crate::written::settings::{ProbeWritten, RequestsWritten};
use diagnosis::{Diagnosis, spec};
use model::{Probe, RequestSettings};
use std::time::Duration;

/// Documented caps of `request_timeout_ms` (how-to-manage-quotas).
const MANAGED_TIMEOUT_MS: i64 = 180_000;
const KUBERNETES_TIMEOUT_MS: i64 = 300_000;

pub fn requests(context: &Context<'_>, written: &RequestsWritten, kubernetes: bool) -> RequestSettings {
    let default = RequestSettings::default();
    let timeout = positive(context, written.timeout_ms.as_ref(), "request_timeout_ms");
    let (cap, kind) = if kubernetes { (KUBERNETES_TIMEOUT_MS, "Kubernetes") } else { (MANAGED_TIMEOUT_MS, "managed") };
    if let Some(timeout) = written.timeout_ms.as_ref().filter(|it| it.value > cap) {
        timeout_above(context, timeout, cap, kind);
    }
    let concurrent = positive(context, written.max_concurrent.as_ref(), "max_concurrent_requests_per_instance");
    let wait = positive(context, written.max_queue_wait_ms.as_ref(), "max_queue_wait_ms");
    RequestSettings {
        request_timeout: timeout.map_or(default.request_timeout, |ms| Duration::from_millis(ms.into())),
        max_concurrent_requests_per_instance: concurrent.unwrap_or(default.max_concurrent_requests_per_instance),
        max_queue_wait: wait.map_or(default.max_queue_wait, |ms| Duration::from_millis(ms.into())),
    }
}

fn timeout_above(context: &Context<'_>, timeout: &Spanned<i64>, cap: i64, kind: &str) {
    let message = format!("request_timeout_ms is {}; a {kind} endpoint takes at most {cap}", timeout.value);
    let found = Diagnosis::error(spec::SERVICE_REFUSES, message)
        .fact("evidence", "documented: how-to-manage-quotas; az itself loads it")
        .remedy(format!("write at most {cap} ({} minutes), or answer later (a job, a batch endpoint)", cap / 60_000));
    context.findings.add(&timeout.at, format!("above {cap}"), found);
}

pub fn probe(context: &Context<'_>, written: &ProbeWritten) -> Probe {
    let default = Probe::default();
    let number = |value: &Option<Spanned<i64>>, name: &str| positive(context, value.as_ref(), name);
    let seconds = |value: &Option<Spanned<i64>>, name: &str, default: Duration| {
        number(value, name).map_or(default, |seconds| Duration::from_secs(seconds.into()))
    };
    Probe {
        initial_delay: seconds(&written.initial_delay, "initial_delay", default.initial_delay),
        period: seconds(&written.period, "period", default.period),
        timeout: seconds(&written.timeout, "timeout", default.timeout),
        success_threshold: number(&written.success_threshold, "success_threshold").unwrap_or(default.success_threshold),
        failure_threshold: number(&written.failure_threshold, "failure_threshold").unwrap_or(default.failure_threshold),
    }
}

/// Absent or 0 (which az drops) is `None`: the service's default. Negative is refused.
fn positive(context: &Context<'_>, written: Option<&Spanned<i64>>, name: &str) -> Option<u32> {
    let written = written.filter(|it| it.value != 0)?;
    let value = u32::try_from(written.value.min(u32::MAX.into())).ok();
    if value.is_none() {
        let message = format!("{name} is {}; it takes 1 and more", written.value);
        let found = Diagnosis::error(spec::SERVICE_REFUSES, message);
        context.findings.add(
            &written.at,
            "out of range",
            found.fact("evidence", "documented minimum; az itself loads it"),
        );
    }
    value
}

/// Default 1.
pub fn instance_count(context: &Context<'_>, written: &DeploymentWritten) -> u32 {
    let Some(count) = &written.instance_count else { return 1 };
    match u32::try_from(count.value) {
        Ok(value) if value > 0 => value,
        _ => {
            let found = Diagnosis::error(spec::SERVICE_REFUSES, format!("instance_count is {}", count.value));
            let found = found.remedy("write 1 or more; a deployment cannot be scaled to nothing");
            context.findings.add(&count.at, "at least 1", found.fact("evidence", "documented; az itself loads it"));
            1
        }
    }
}
