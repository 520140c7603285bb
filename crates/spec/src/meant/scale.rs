//! Scale settings and Kubernetes resources.

use super::Context;
use crate::written::Spanned;
use crate::written::deployment::{DeploymentWritten, Quantity};
use crate::written::settings::ScaleWritten;
use diagnosis::{Diagnosis, spec};
use model::{Resources, ScaleSettings};
use std::time::Duration;

pub fn scale(context: &Context<'_>, written: &DeploymentWritten) -> Option<ScaleSettings> {
    let scale = written.scale.as_ref()?;
    if !scale.target {
        default_takes_no_more(context, scale);
        return Some(ScaleSettings::Default);
    }
    if !written.kubernetes {
        let found = Diagnosis::error(spec::SERVICE_REFUSES, "a managed deployment does not take `target_utilization`");
        let found = found.fact(
            "evidence",
            "documented: reference-yaml-deployment-managed-online; azure-ai-ml refuses it when it sends the deployment",
        );
        let remedy = "remove scale_settings; managed endpoints scale by Azure Monitor autoscale rules";
        context.findings.add(&scale.at, "for Kubernetes only", found.remedy(remedy));
    }
    let number = |value: &Option<Spanned<i64>>, default: u32| {
        value.as_ref().and_then(|it| u32::try_from(it.value).ok()).unwrap_or(default)
    };
    Some(ScaleSettings::TargetUtilization {
        min_instances: number(&scale.min_instances, 1),
        max_instances: number(&scale.max_instances, 1),
        polling_interval: Duration::from_secs(number(&scale.polling_interval, 1).into()),
        target_percent: number(&scale.target_percent, 70),
    })
}

fn default_takes_no_more(context: &Context<'_>, scale: &ScaleWritten) {
    let extra = [
        (&scale.min_instances, "min_instances"),
        (&scale.max_instances, "max_instances"),
        (&scale.polling_interval, "polling_interval"),
        (&scale.target_percent, "target_utilization_percentage"),
    ];
    for (value, name) in extra {
        if let Some(value) = value {
            let message = format!("`{name}` does not go with scale_settings of type `default`");
            context.error(&value.at, "only with `type: target_utilization`", spec::UNKNOWN_FIELD, message);
        }
    }
}

pub fn resources(written: &DeploymentWritten) -> Option<Resources> {
    let quantities = |of: &Option<Vec<Quantity>>| {
        of.iter().flatten().map(|(name, amount, _)| (name.clone(), amount.clone())).collect()
    };
    let any = written.requested.is_some() || written.limited.is_some();
    any.then(|| Resources { requests: quantities(&written.requested), limits: quantities(&written.limited) })
}
