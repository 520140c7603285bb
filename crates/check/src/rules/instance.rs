//! The instance type: is it known, is it big enough.

use crate::subject::Subject;
use diagnosis::{Diagnosis, check};
use lifecycle::files_below;
use model::DeploymentKind;
use semantics::sku::{SKUS, Sku};
use std::path::Path;

/// Documented: these may be too small.
const SMALL: &[&str] = &["standard_ds1_v2", "standard_f2s_v2"];
/// That a full disk ends a deployment is documented (OutOfQuota, disk); how big an instance's disk is, is not.
const DISK: &str = "inferred: disk sizes of Azure's VM pages, of which the service may give less or more";
const GB: f64 = 1_073_741_824.0;

pub fn instance(subject: &Subject<'_>, found: &mut Vec<Diagnosis>) {
    let Some(name) = subject.deployment.instance_type.as_deref() else { return };
    if subject.deployment.kind != DeploymentKind::Managed {
        return;
    }
    let Some(sku) = Sku::named(name) else {
        return unknown(subject, name, found);
    };
    if SMALL.contains(&sku.name) {
        let message = format!(
            "{name} may be too small: {} cores, {} GB for the system, the server and the model",
            sku.cores, sku.memory_gb
        );
        found.push(subject.at(Diagnosis::warning(check::SKU_SMALL, message), &[&["instance_type"]], "small"));
    }
    model(subject, sku, name, found);
}

/// The table has the usual ones only: a note, and a warning where a letter is wrong.
fn unknown(subject: &Subject<'_>, name: &str, found: &mut Vec<Diagnosis>) {
    let meant = spec::nearest(&name.to_lowercase(), SKUS.iter().map(|sku| sku.name));
    let finding = match meant {
        Some(meant) => {
            Diagnosis::warning(check::SKU_UNKNOWN, format!("`{name}` is no instance type that is known here"))
                .remedy(format!("did you mean `{meant}`? Azure takes any case"))
        }
        None => Diagnosis::note(
            check::SKU_UNKNOWN,
            format!("`{name}` is not known here: cores, memory and quota are not checked"),
        ),
    };
    found.push(subject.at(finding, &[&["instance_type"]], "not known"));
}

fn model(subject: &Subject<'_>, sku: &Sku, name: &str, found: &mut Vec<Diagnosis>) {
    let Some(model) = &subject.deployment.model else { return };
    let size = size(&model.path) / GB;
    let keys: &[&[&str]] = &[&["model", "path"], &["model"]];
    if sku.disk_gb > 0 && size > f64::from(sku.disk_gb) {
        let message = format!("the model has {size:.1} GB, the disk of {name} {} GB", sku.disk_gb);
        let warning = Diagnosis::warning(check::MODEL_ABOVE_DISK, message).fact("evidence", DISK);
        found.push(subject.at(warning, keys, "does not fit"));
    } else if size > sku.memory_gb {
        let message = format!("the model has {size:.1} GB, {name} {} GB of memory", sku.memory_gb);
        found.push(subject.at(Diagnosis::warning(check::MODEL_ABOVE_MEMORY, message), keys, "does not fit as a whole"));
    }
}

/// Bytes of a file, or of the files in a folder.
#[allow(clippy::cast_precision_loss, reason = "compared with gigabytes")]
fn size(path: &Path) -> f64 {
    files_below(path).filter_map(|file| file.symlink_metadata().ok()).map(|about| about.len() as f64).sum()
}
