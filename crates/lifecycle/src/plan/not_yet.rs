//! What the YAML asks for and this version does not do: said, never silently left out.

use diagnosis::{Diagnosis, plan};
use model::{AuthMode, Deployment, DesiredEndpoint, ScaleSettings};

/// One warning for each.
pub fn not_yet(wanted: &DesiredEndpoint) -> Vec<Diagnosis> {
    let name = &wanted.endpoint.name;
    let auth = (wanted.endpoint.auth_mode != AuthMode::Key)
        .then(|| format!("{name}: auth_mode is not emulated yet: the endpoint takes keys, as with auth_mode: key"));
    let mirror = wanted.endpoint.mirror.is_some().then(|| format!("{name}: mirror_traffic is not emulated yet"));
    let scaled = wanted.deployments.iter().filter_map(scaled);
    auth.into_iter().chain(mirror).chain(scaled).map(|text| Diagnosis::warning(plan::NOT_EMULATED, text)).collect()
}

fn scaled(deployment: &Deployment) -> Option<String> {
    let name = &deployment.name;
    matches!(deployment.scale_settings, Some(ScaleSettings::TargetUtilization { .. }))
        .then(|| format!("{name}: autoscale is not emulated yet: instance_count instances run"))
}
