//! Which traffic an endpoint starts with.

use diagnosis::{Diagnosis, plan};
use model::{DesiredEndpoint, Mirror, Traffic};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub traffic: Traffic,
    pub mirror: Option<Mirror>,
    pub note: Option<Diagnosis>,
}

/// Traffic and mirror as they were set on the running endpoint.
pub type Kept = (Traffic, Option<Mirror>);

/// Flags first, then what was set on the running endpoint, then the file (an empty or zero map is honoured);
/// else one deployment gets all of it, and several get none, as in Azure.
pub fn decide(wanted: &DesiredEndpoint, flag: Option<&Traffic>, kept: Option<&Kept>) -> Decided {
    let kept = kept.filter(|_| flag.is_none());
    let mirror = kept.map_or_else(|| wanted.endpoint.mirror.clone(), |(_, mirror)| mirror.clone());
    if let Some(traffic) = flag.or(kept.map(|(traffic, _)| traffic)).or(wanted.endpoint.traffic.as_ref()) {
        return Decided { traffic: traffic.clone(), mirror, note: zero(wanted, traffic) };
    }
    match wanted.deployments.as_slice() {
        [only] => {
            let note = format!(
                "{}: no traffic is set, so {} gets 100 percent, as with --all-traffic; \
                 in Azure a new deployment gets 0 until it is set",
                wanted.endpoint.name, only.name
            );
            let traffic = Traffic::from([(only.name.clone(), 100)]);
            Decided { traffic, mirror, note: Some(Diagnosis::note(plan::TRAFFIC_ASSUMED, note)) }
        }
        _ => Decided { traffic: Traffic::new(), mirror, note: zero(wanted, &Traffic::new()) },
    }
}

fn zero(wanted: &DesiredEndpoint, traffic: &Traffic) -> Option<Diagnosis> {
    if traffic.values().any(|percent| *percent > 0) {
        return None;
    }
    let name = &wanted.endpoint.name;
    let message = format!("{name}: no deployment has traffic, so a request without a header gets 404, as in Azure");
    let remedy = format!("local-endpoint traffic -e {name} {}", split(wanted));
    Some(Diagnosis::warning(plan::TRAFFIC_ZERO, message).remedy(remedy))
}

/// `blue=90 green=10`: all but the last share what the last leaves.
fn split(wanted: &DesiredEndpoint) -> String {
    let count = wanted.deployments.len() as u32;
    let rest = if count > 1 { 10 } else { 0 };
    let share = |index: u32| match index {
        0 => 100 - rest,
        1 => rest,
        _ => 0,
    };
    let parts =
        wanted.deployments.iter().zip(0..).map(|(deployment, index)| format!("{}={}", deployment.name, share(index)));
    parts.collect::<Vec<_>>().join(" ")
}
