//! vCPU quota: `ceil(1.2 x instances) x cores`, against `[quota]` of the overlay.
//!
//! A key there is an instance type, a family (`DSv2`, as in `semantics::sku`), or `total`.

use crate::subject::Subject;
use diagnosis::{Diagnosis, Place, check};
use model::DeploymentKind;
use semantics::sku::{SKUS, Sku};
use std::path::PathBuf;

pub fn quota(subjects: &[Subject<'_>]) -> Vec<(Diagnosis, PathBuf)> {
    let Some(first) = subjects.first() else { return vec![] };
    let quota = &first.overlay.quota;
    let over = quota.iter().filter_map(|(key, cores)| over(subjects, key, *cores));
    over.chain(quota.keys().filter_map(|key| unknown(first, key))).collect()
}

/// Limits that `spec` reads.
const LIMITS: [&str; 2] = ["deployments_per_endpoint", "instances_per_deployment"];

/// A key that nothing draws on would be a limit that is never held.
fn unknown(subject: &Subject<'_>, key: &str) -> Option<(Diagnosis, PathBuf)> {
    let names = SKUS.iter().flat_map(|sku| [sku.name, sku.family]).chain(["total"]).chain(LIMITS);
    let named = subject.deployment.instance_type.as_deref();
    let mut known = names.chain(named);
    if known.clone().any(|it| it.eq_ignore_ascii_case(key)) {
        return None;
    }
    let file = subject.overlay.file.clone()?;
    let message =
        format!("[quota] `{key}` is no instance type or family that is known here: nothing is held against it");
    let meant = spec::nearest(key, &mut known).map(|meant| format!("did you mean `{meant}`?"));
    let remedy = meant.unwrap_or_else(|| "write an instance type, a family (`DSv2`) or `total`".to_owned());
    let found = Diagnosis::warning(check::SKU_UNKNOWN, message).remedy(remedy);
    Some((found.at(Place::File(file.clone())), file))
}

/// All deployments that draw on this quota together; told at the one that is too much.
fn over(subjects: &[Subject<'_>], key: &str, cores: i64) -> Option<(Diagnosis, PathBuf)> {
    let allowed = u64::try_from(cores).unwrap_or(0);
    let mut sum = 0;
    let mut parts = vec![];
    for subject in subjects.iter().filter(|it| it.deployment.kind == DeploymentKind::Managed) {
        let Some(sku) = subject.deployment.instance_type.as_deref().and_then(Sku::named) else { continue };
        if ![sku.name, sku.family, "total"].iter().any(|it| it.eq_ignore_ascii_case(key)) {
            continue;
        }
        let (needed, instances) =
            (sku.cores_needed(subject.deployment.instance_count), subject.deployment.instance_count);
        sum += needed;
        let reserve = if sku.skips_reserve { String::new() } else { "1.2 x ".to_owned() };
        parts.push(format!(
            "{} {needed} ({reserve}{instances} instances, rounded up, x {} cores)",
            subject.deployment.name, sku.cores
        ));
        if sum > allowed {
            let message = format!("needs {sum} vCPUs of quota `{key}`, which has {allowed}: {}", parts.join(" + "));
            let keys: &[&[&str]] = &[&["instance_count"], &["instance_type"]];
            let found = subject.at(Diagnosis::error(check::OUT_OF_QUOTA, message), keys, "too many");
            return Some((found, subject.file.yaml.shown()));
        }
    }
    None
}
