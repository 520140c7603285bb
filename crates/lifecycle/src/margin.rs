//! How a start would have gone under Azure's clock: kept for `status`, said where it matters.

use crate::instance::{Instance, Probes};
use diagnosis::{Diagnosis, plan as rows};
use model::{Deployment, StartDocument};
use semantics::probe::{Margin, Verdict, margin};
use std::time::Duration;

impl Instance {
    /// Once for a version: all of its instances start alike.
    pub fn judge(&self, took: Duration) {
        self.context.store.change(|state| {
            if let Some(record) = state.instance(&self.id) {
                record.took = Some(took);
            }
        });
        let Probes { startup, liveness, .. } = self.probes.borrow().clone();
        let judged = margin(startup.as_ref(), &liveness, took, self.prepared.installing);
        let said = judged.and_then(|margin| tell(&self.deployment, &margin, self.prepared.installing));
        if let Some(said) = said.filter(|_| self.context.is_first(format!("margin {}", self.signature))) {
            self.context.say_all(vec![said]);
        }
    }
}

fn tell(deployment: &Deployment, margin: &Margin, installing: Duration) -> Option<Diagnosis> {
    let (took, kill, delay) = (margin.took.as_secs(), margin.kill.at_ms / 1000, margin.safe_initial_delay);
    let probe = if deployment.startup_probe.is_some() { "startup_probe" } else { "liveness_probe" };
    let with = match installing.as_secs() {
        0 => String::new(),
        seconds => format!(
            " with the {seconds} s that its packages took here, which Azure installs when an MLflow model without code starts"
        ),
    };
    let message = format!(
        "{}: the start took {took} s{with}; with these settings Azure kills it at {kill} s; \
         the smallest safe initial_delay of {probe} is {delay} s",
        deployment.name
    );
    match margin.verdict {
        Verdict::Safe => None,
        Verdict::Tight => Some(Diagnosis::note(rows::PROBE_MARGIN_SMALL, message)),
        Verdict::Killed => Some(Diagnosis::warning(rows::PROBE_WOULD_KILL, message)),
    }
}

/// By the settings that hold now.
pub fn document(deployment: &Deployment, took: Duration, installing: Duration) -> Option<StartDocument> {
    let margin = margin(deployment.startup_probe.as_ref(), &deployment.liveness_probe, took, installing)?;
    let verdict = match margin.verdict {
        Verdict::Safe => "safe",
        Verdict::Tight => "tight",
        Verdict::Killed => "killed",
    };
    Some(StartDocument {
        took_ms: milliseconds(took),
        installing_ms: milliseconds(installing),
        killed_at_ms: margin.kill.at_ms,
        verdict: verdict.to_owned(),
        safe_initial_delay: margin.safe_initial_delay,
    })
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
