//! Workers, and how long they may work.

use crate::subject::Subject;
use diagnosis::{Diagnosis, check, start};

const CONCURRENT: &[&str] = &["request_settings", "max_concurrent_requests_per_instance"];
const WORKER_COUNT: &[&str] = &["environment_variables", "WORKER_COUNT"];
const WORKER_TIMEOUT: &[&str] = &["environment_variables", "WORKER_TIMEOUT"];
const REQUEST_TIMEOUT: &[&str] = &["request_settings", "request_timeout_ms"];

/// Seconds; of Azure's images and of the server.
const DEFAULT_WORKER_TIMEOUT: u64 = 300;

pub fn workers(subject: &Subject<'_>, found: &mut Vec<Diagnosis>) {
    if !subject.is_served() {
        return;
    }
    match subject.workers() {
        None | Some(0) => {
            let written = subject.variable("WORKER_COUNT").unwrap_or_default();
            let message = format!("WORKER_COUNT is `{written}`; the server wants 1 or more");
            let invalid = Diagnosis::error(start::WORKER_COUNT_INVALID, message);
            found.push(subject.at(invalid, &[WORKER_COUNT], "a whole number, 1 or more"));
        }
        Some(workers) => differs(subject, workers, found),
    }
    timeout(subject, found);
}

fn differs(subject: &Subject<'_>, workers: u32, found: &mut Vec<Diagnosis>) {
    let concurrent = subject.deployment.request_settings.max_concurrent_requests_per_instance;
    let set = if subject.variable("WORKER_COUNT").is_some() { "" } else { " (default)" };
    let effect = match workers.cmp(&concurrent) {
        std::cmp::Ordering::Equal => return,
        std::cmp::Ordering::Less => "requests wait in the container, where their time runs out",
        std::cmp::Ordering::Greater => "workers stand idle while requests wait, or get 429",
    };
    let message =
        format!("max_concurrent_requests_per_instance is {concurrent}, WORKER_COUNT {workers}{set}: {effect}");
    let label = format!("{workers} workers");
    let warning = Diagnosis::warning(check::WORKER_COUNT_DIFFERS, message);
    found.push(subject.at(warning, &[CONCURRENT, WORKER_COUNT], &label));
}

/// 0 switches gunicorn's timeout off.
fn timeout(subject: &Subject<'_>, found: &mut Vec<Diagnosis>) {
    let written = subject.variable("WORKER_TIMEOUT");
    let seconds = written.map_or(Some(DEFAULT_WORKER_TIMEOUT), |text| text.trim().parse().ok());
    let Some(seconds) = seconds else {
        let message = format!("WORKER_TIMEOUT is `{}`; the server wants whole seconds", written.unwrap_or_default());
        let invalid = Diagnosis::error(start::SERVER_CONFIG_INVALID, message);
        return found.push(subject.at(invalid, &[WORKER_TIMEOUT], "not a whole number"));
    };
    let request = subject.deployment.request_settings.request_timeout.as_millis();
    if seconds > 0 && request >= u128::from(seconds) * 1000 {
        let message = format!(
            "WORKER_TIMEOUT ({seconds} s) kills the worker before request_timeout_ms ({request}) has passed, and init() runs again"
        );
        let warning = Diagnosis::warning(check::WORKER_TIMEOUT_SHORT, message);
        found.push(subject.at(warning, &[WORKER_TIMEOUT, REQUEST_TIMEOUT], "ends first"));
    }
}
