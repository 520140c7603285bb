//! vCPU quota: `ceil(1.2 x instances) x cores`, against `[quota]` of the overlay.
//!
//! A key there is an instance type, a family (`DSv2`, as in `skus`), or `total`.

use crate::skus::Sku;
use crate::subject::Subject;
use diagnosis::{Diagnosis, check};
use model::DeploymentKind;
use std::path::PathBuf;

pub fn quota(subjects: &[Subject<'_>]) -> Vec<(Diagnosis, PathBuf)> {
    let Some(first) = subjects.first() else { return vec![] };
    first.overlay.quota.iter().filter_map(|(key, cores)| over(subjects, key, *cores)).collect()
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
            return Some((found, subject.file.shown()));
        }
    }
    None
}
