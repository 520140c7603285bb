//! The deployment as meant.

use super::{Context, code, collector, environment, limits, model, name, scale, settings, variables};
use crate::paths;
use crate::written::assets::AssetWritten;
use crate::written::deployment::DeploymentWritten;
use ::model::{Deployment, DeploymentKind};
use std::path::Path;

/// `None` when something that cannot be guessed is missing; it has been reported. Every part is looked at first, so
/// that all faults are found at once.
pub fn deployment(context: &Context<'_>, written: &DeploymentWritten, file: &Path) -> Option<Deployment> {
    let name = written.name.as_ref().map(|it| name::deployment(context, it));
    let endpoint = written.endpoint_name.as_ref().map(|it| name::endpoint(context, it));
    let model = model::model(context, written.model.as_ref());
    if let Some(AssetWritten::Reference(text)) = &written.model {
        limits::registry(context, &text.value, &text.at, written.kubernetes);
    }
    if let Some(code) = written.code.as_ref().and_then(|it| it.code.as_ref()) {
        limits::registry(context, &code.value, &code.at, written.kubernetes);
    }
    let code = code::code(context, written.code.as_ref());
    let environment = environment::environment(context, written, model.as_ref());
    limits::instances(context, written);
    limits::resources(context, written);
    let egress = limits::egress(context, written, model.as_ref());
    let deployment = Deployment {
        environment_variables: variables::variables(context, written),
        request_settings: settings::requests(context, &written.requests, written.kubernetes),
        liveness_probe: settings::probe(context, &written.liveness),
        readiness_probe: settings::probe(context, &written.readiness),
        startup_probe: None,
        instance_count: settings::instance_count(context, written),
        instance_type: written.instance_type.as_ref().map(|it| it.value.clone()),
        scale_settings: scale::scale(context, written),
        resources: scale::resources(written),
        data_collector: collector::collector(written.collector.as_ref()),
        egress,
        kind: if written.kubernetes { DeploymentKind::Kubernetes } else { DeploymentKind::Managed },
        name: name?,
        endpoint: endpoint?,
        model,
        model_mount_path: written.model_mount_path.as_ref().map(|it| it.value.clone()),
        code,
        environment: environment?,
        kept: written.kept.clone(),
        file: paths::settled(file),
    };
    Some(deployment)
}
