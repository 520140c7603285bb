//! What the probes leave for init() and run().

use crate::subject::Subject;
use diagnosis::{Diagnosis, check};
use model::Probe;
use semantics::probe::kill;

/// Seconds. Below this a model of some size, or a slow disk, is restarted for ever. Inferred.
const SHORT: u64 = 60;

pub fn probes(subject: &Subject<'_>, found: &mut Vec<Diagnosis>) {
    let liveness = &subject.deployment.liveness_probe;
    success(subject, liveness, found);
    let Some(kill) = kill(subject.deployment.startup_probe.as_ref(), liveness) else { return };
    let kill = kill.at_ms / 1000;
    if kill < SHORT {
        let message =
            format!("the liveness probe kills the container {kill} s after its start; init() has to be done by then");
        let warning = Diagnosis::warning(check::PROBE_BUDGET_SHORT, message);
        found.push(subject.at(warning, &[&["liveness_probe"]], &format!("{kill} s in all")));
    }
    if subject.is_served() && subject.workers() == Some(1) {
        blocked(subject, "liveness_probe", liveness, "kills the container", found);
        blocked(
            subject,
            "readiness_probe",
            &subject.deployment.readiness_probe,
            "takes the instance out of traffic",
            found,
        );
    }
}

/// Probes wait behind run() when there is one worker; so many unanswered in a row are one too many.
fn blocked(subject: &Subject<'_>, key: &str, probe: &Probe, effect: &str, found: &mut Vec<Diagnosis>) {
    let failures = probe.failure_threshold.max(1);
    let Some(enough) = probe.period.checked_mul(failures - 1).and_then(|it| it.checked_add(probe.timeout)) else {
        return;
    };
    let request = subject.deployment.request_settings.request_timeout;
    if request < enough {
        return;
    }
    let message = format!(
        "one worker answers requests and probes: a run() of {} s {effect}, and request_timeout_ms allows {} s",
        enough.as_secs(),
        request.as_secs()
    );
    let keys: &[&[&str]] = &[&[key], &["request_settings", "request_timeout_ms"]];
    let label = format!("{failures} x {} s", probe.period.as_secs());
    found.push(subject.at(Diagnosis::warning(check::PROBE_BLOCKED, message), keys, &label));
}

fn success(subject: &Subject<'_>, probe: &Probe, found: &mut Vec<Diagnosis>) {
    if probe.success_threshold > 1 {
        let message = format!("a liveness probe has a success_threshold of 1, not of {}", probe.success_threshold);
        let warning = Diagnosis::warning(check::PROBE_SUCCESS_FIXED, message);
        found.push(subject.at(warning, &[&["liveness_probe", "success_threshold"]], "always 1"));
    }
}
