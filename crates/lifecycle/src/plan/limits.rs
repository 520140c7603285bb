//! The cores and the memory an instance gets on this engine, and what is said of it.

use diagnosis::{Diagnosis, plan};
use engine::About;
use model::{Deployment, RunOptions, SkuLimits};
use semantics::gpu::gpus;
use semantics::instance_limits::{Fitted, InstanceLimits, Room, fit, limits};

const GIB: f64 = 1_073_741_824.0;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Granted {
    pub limits: Option<InstanceLimits>,
    /// It asks for GPUs, and the engine hands them on.
    pub gpus: bool,
    pub notes: Vec<Diagnosis>,
}

/// What `instance_type` or `resources.limits` says, as far as the engine has it.
pub fn granted(deployment: &Deployment, options: &RunOptions, about: &About) -> Granted {
    let wanted = limits(deployment).filter(|_| options.sku_limits == SkuLimits::On);
    let room = Room { cpus: about.cpus, memory_bytes: about.memory_bytes };
    let fitted = wanted.map(|wanted| (wanted, fit(wanted, room)));
    let smaller = fitted.and_then(|(wanted, fitted)| said(deployment, wanted, &fitted, about));
    let smaller = smaller.map(|text| Diagnosis::note(plan::INSTANCE_SMALLER, text));
    let gpus = gpus(deployment);
    let none = (gpus > 0 && !about.gpus).then(|| without_gpus(deployment, gpus, about));
    Granted {
        limits: fitted.map(|(_, fitted)| fitted.limits),
        gpus: gpus > 0 && about.gpus,
        notes: smaller.into_iter().chain(none).collect(),
    }
}

fn without_gpus(deployment: &Deployment, gpus: u32, about: &About) -> Diagnosis {
    let (name, size) = (&deployment.name, size(deployment));
    let has = if gpus == 1 { "a GPU".to_owned() } else { format!("{gpus} GPUs") };
    let text = format!("{name}: {size} has {has} in Azure, and {} hands none on: it runs without", about.version);
    Diagnosis::note(plan::GPU_MISSING, text)
}

/// Said of processes, which nothing is kept from.
pub fn not_kept(deployment: &Deployment, options: &RunOptions) -> Option<Diagnosis> {
    let wanted = limits(deployment).filter(|_| options.sku_limits == SkuLimits::On)?;
    let (cores, memory) = (wanted.nano_cpus as f64 / 1e9, wanted.memory_bytes as f64 / GIB);
    let message = format!(
        "{} has {cores} cores and {memory:.1} GiB of memory in Azure; processes are not held to that, containers are (--engine docker)",
        size(deployment)
    );
    Some(Diagnosis::note(plan::LIMITS_NOT_KEPT, message))
}

fn size(deployment: &Deployment) -> &str {
    deployment.instance_type.as_deref().unwrap_or("resources.limits")
}

fn said(deployment: &Deployment, wanted: InstanceLimits, fitted: &Fitted, about: &About) -> Option<String> {
    let cores = fitted.fewer_cpus.then(|| {
        let (wanted, has) = (wanted.nano_cpus as f64 / 1e9, about.cpus);
        format!("{wanted} cores in Azure, {has} here: it may be slower")
    });
    let memory = fitted.memory_void.then(|| {
        let (wanted, has) = (wanted.memory_bytes as f64 / GIB, about.memory_bytes as f64 / GIB);
        format!("{wanted:.1} GiB of memory in Azure, {has:.1} GiB here: the out-of-memory check is void")
    });
    let both: Vec<_> = cores.into_iter().chain(memory).collect();
    (!both.is_empty()).then(|| format!("{}: {} has {}", deployment.name, size(deployment), both.join("; and ")))
}
