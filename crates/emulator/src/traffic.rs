//! Traffic and mirror of a running endpoint.

use crate::running::Running;
use control::state::TrafficOverride;
use control::{TrafficChange, TrafficSet};
use diagnosis::{Diagnosis, local, spec as rows};
use model::{DeploymentName, EndpointName, Mirror, Profile, Traffic};
use semantics::traffic::mirror_faults;

impl Running {
    /// Both at once, for the next request on; those in flight are answered where they are.
    pub(crate) async fn change_traffic(
        &self,
        endpoint: &EndpointName,
        change: TrafficChange,
    ) -> Result<TrafficSet, Diagnosis> {
        let mut state = self.applying.lock().await;
        let (traffic, mirror) = self.lifecycle.traffic(endpoint).unwrap_or_default();
        let traffic = change.traffic.unwrap_or(traffic);
        let wanted = change.mirror.unwrap_or_else(|| shares(mirror.as_ref()));
        let mirror = checked(self.lifecycle.profile(endpoint), &traffic, &wanted)?;
        self.known(endpoint, &wanted)?;
        let mut next = state.clone();
        if let Some(written) = self.lifecycle.written(endpoint) {
            let set = TrafficOverride::over(&written, traffic.clone(), mirror.clone());
            next.traffic_overrides.insert(endpoint.clone(), set);
        }
        self.folder.write(&next)?;
        *state = next;
        self.lifecycle.set_traffic(endpoint, traffic.clone(), mirror.clone());
        Ok(TrafficSet { traffic, mirror: shares(mirror.as_ref()) })
    }

    fn known(&self, endpoint: &EndpointName, mirror: &Traffic) -> Result<(), Diagnosis> {
        let known = self.lifecycle.deployments(endpoint);
        let unknown = mirror.iter().find(|(name, percent)| **percent > 0 && !known.contains(name));
        unknown.map_or(Ok(()), |(name, _)| {
            let message = format!("{endpoint} has no deployment {name} to mirror to");
            Err(Diagnosis::error(local::DEPLOYMENT_NOT_FOUND, message))
        })
    }
}

/// The mirror that is meant, or every rule it breaks in one diagnosis.
pub fn checked(profile: Profile, traffic: &Traffic, wanted: &Traffic) -> Result<Option<Mirror>, Diagnosis> {
    let wanted: Vec<(DeploymentName, u32)> =
        wanted.iter().filter(|(_, percent)| **percent > 0).map(|(name, percent)| (name.clone(), *percent)).collect();
    let faults = mirror_faults(profile == Profile::Kubernetes, traffic, &wanted);
    if !faults.is_empty() {
        let message = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        return Err(Diagnosis::error(rows::MIRROR_REFUSED, message));
    }
    Ok(wanted.into_iter().next().map(|(deployment, percent)| Mirror { deployment, percent }))
}

pub fn shares(mirror: Option<&Mirror>) -> Traffic {
    mirror.iter().map(|mirror| (mirror.deployment.clone(), mirror.percent)).collect()
}
