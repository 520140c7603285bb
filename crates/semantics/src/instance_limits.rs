//! How much of a machine an instance gets: `instance_type` on managed endpoints, `resources.limits` on Kubernetes.

use crate::sku::Sku;
use model::{Deployment, DeploymentKind, Resources, quantity};

const NANO: f64 = 1e9;
const GIB: f64 = 1_073_741_824.0;

/// Limits `defaultinstancetype` sets, which a Kubernetes deployment gets that names none: 2 CPUs and 2 GiB.
const DEFAULT_INSTANCE_TYPE: InstanceLimits = InstanceLimits { nano_cpus: 2_000_000_000, memory_bytes: 2 << 30 };

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstanceLimits {
    /// Billionths of a core.
    pub nano_cpus: u64,
    pub memory_bytes: u64,
}

/// What the engine has to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    pub cpus: u32,
    /// 0: not known.
    pub memory_bytes: u64,
}

/// Limits as they can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fitted {
    pub limits: InstanceLimits,
    /// The engine has fewer cores than the instance would have in Azure.
    pub fewer_cpus: bool,
    /// It has no more memory than that: what would run out there may not run out here, or for another reason.
    pub memory_void: bool,
}

/// `None`: nothing says how big the instance is, or it is a type that is not known here.
pub fn limits(deployment: &Deployment) -> Option<InstanceLimits> {
    match deployment.kind {
        DeploymentKind::Managed => deployment.instance_type.as_deref().and_then(Sku::named).map(of_sku),
        DeploymentKind::Kubernetes => {
            let own = deployment.resources.as_ref().filter(|resources| !resources.limits.is_empty());
            let usual = deployment.instance_type.as_deref().is_none_or(|name| name == "defaultinstancetype");
            own.map(of_resources).or_else(|| usual.then_some(DEFAULT_INSTANCE_TYPE))
        }
    }
}

/// The engine refuses more than it has.
pub fn fit(limits: InstanceLimits, room: Room) -> Fitted {
    let cpus = u64::from(room.cpus.max(1)) * 1_000_000_000;
    let memory = if room.memory_bytes == 0 { u64::MAX } else { room.memory_bytes };
    Fitted {
        limits: InstanceLimits { nano_cpus: limits.nano_cpus.min(cpus), memory_bytes: limits.memory_bytes.min(memory) },
        fewer_cpus: limits.nano_cpus > cpus,
        memory_void: limits.memory_bytes >= memory,
    }
}

fn of_sku(sku: &Sku) -> InstanceLimits {
    InstanceLimits { nano_cpus: u64::from(sku.cores) * 1_000_000_000, memory_bytes: (sku.memory_gb * GIB) as u64 }
}

/// A limit that is not written, or is no quantity, is the default instance type's.
fn of_resources(resources: &Resources) -> InstanceLimits {
    let written = |name: &str| resources.limits.get(name).and_then(|text| quantity(text)).filter(|it| *it > 0.0);
    InstanceLimits {
        nano_cpus: written("cpu").map_or(DEFAULT_INSTANCE_TYPE.nano_cpus, |cores| (cores * NANO) as u64),
        memory_bytes: written("memory").map_or(DEFAULT_INSTANCE_TYPE.memory_bytes, |bytes| bytes as u64),
    }
}
