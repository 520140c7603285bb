//! Says once for each limit of a managed endpoint that it was passed, and what Azure does then.

use diagnosis::{Diagnosis, plan};
use front_end::Passed;
use lifecycle::Lifecycle;
use model::EventKind;

/// Said before the requests that were refused for it.
pub fn say(passed: &Passed, lifecycle: &Lifecycle) {
    lifecycle.events().say(EventKind::Said { diagnosis: told(passed) });
}

fn told(passed: &Passed) -> Diagnosis {
    let here = if passed.enforced { "as happens here (--rate-limits enforce)" } else { "here nothing happens" };
    let message = format!("{}: {}; {here}", passed.endpoint, passed.limit.text());
    Diagnosis::warning(plan::LIMIT_PASSED, message)
}
