//! Mirror traffic: who may get a copy, and which request is copied.

use model::{DeploymentName, Profile, ServedDeployment, ServedEndpoint, Traffic};
use std::fmt;
use std::sync::Arc;

/// The most that can be mirrored, in percent.
pub const MOST_MIRRORED: u32 = 50;

/// Why a mirror is refused. Documented; az itself loads all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MirrorFault {
    Kubernetes,
    Several(usize),
    TooMuch(u32),
    Live(DeploymentName),
}

impl fmt::Display for MirrorFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kubernetes => write!(f, "a Kubernetes endpoint has no mirror traffic"),
            Self::Several(count) => write!(f, "mirror traffic goes to one deployment, not to {count}"),
            Self::TooMuch(percent) => write!(f, "at most {MOST_MIRRORED} percent can be mirrored, not {percent}"),
            Self::Live(name) => {
                write!(f, "`{name}` has live traffic and mirror traffic; a deployment takes one of them")
            }
        }
    }
}

/// Every fault of a mirror as it is wanted, entries of 0 percent left out: they switch mirroring off.
pub fn mirror_faults(kubernetes: bool, traffic: &Traffic, mirror: &[(DeploymentName, u32)]) -> Vec<MirrorFault> {
    let [(name, percent), ..] = mirror else { return vec![] };
    let live = traffic.get(name).is_some_and(|share| *share > 0);
    [
        kubernetes.then_some(MirrorFault::Kubernetes),
        (mirror.len() > 1).then_some(MirrorFault::Several(mirror.len())),
        (*percent > MOST_MIRRORED).then_some(MirrorFault::TooMuch(*percent)),
        live.then(|| MirrorFault::Live(name.clone())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Who gets a copy of a request. `header`: it names its deployment, and is never mirrored; `draw`: a uniform number
/// below 2^32, another than that of the route.
pub fn mirrored(endpoint: &ServedEndpoint, header: bool, draw: u32) -> Option<&Arc<ServedDeployment>> {
    let copies = endpoint.profile == Profile::Managed && !header;
    let mirror = endpoint.mirror.as_ref().filter(|_| copies)?;
    let hit = (u64::from(draw) * 100) >> 32 < u64::from(mirror.percent);
    endpoint.deployments.get(&mirror.deployment).filter(|_| hit)
}
