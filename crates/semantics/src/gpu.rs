//! How many GPUs an instance has in Azure. Managed: documented (reference-managed-online-endpoints-vm-sku-list); a part of
//! a GPU counts as one. Kubernetes: `nvidia.com/gpu` of the limits.

use model::{Deployment, DeploymentKind, quantity};

#[rustfmt::skip]
static GPUS: &[(&str, u32)] = &[
    ("standard_nc4as_t4_v3", 1), ("standard_nc8as_t4_v3", 1), ("standard_nc16as_t4_v3", 1), ("standard_nc64as_t4_v3", 4),
    ("standard_nc6s_v3", 1), ("standard_nc12s_v3", 2), ("standard_nc24s_v3", 4),
    ("standard_nc24ads_a100_v4", 1), ("standard_nc48ads_a100_v4", 2), ("standard_nc96ads_a100_v4", 4),
    ("standard_nc40ads_h100_v5", 1), ("standard_nc80adis_h100_v5", 2),
    ("standard_nd96asr_v4", 8), ("standard_nd96amsr_a100_v4", 8), ("standard_nd96isr_h100_v5", 8),
    ("standard_nv6ads_a10_v5", 1), ("standard_nv12ads_a10_v5", 1), ("standard_nv18ads_a10_v5", 1), ("standard_nv36ads_a10_v5", 1),
];

pub fn gpus(deployment: &Deployment) -> u32 {
    match deployment.kind {
        DeploymentKind::Managed => deployment.instance_type.as_deref().map_or(0, of_type),
        DeploymentKind::Kubernetes => {
            let limits = deployment.resources.as_ref().map(|resources| &resources.limits);
            let written = limits.and_then(|limits| limits.get("nvidia.com/gpu")).and_then(|text| quantity(text));
            written.filter(|count| *count >= 1.0).map_or(0, |count| count as u32)
        }
    }
}

fn of_type(name: &str) -> u32 {
    let name = name.to_lowercase();
    GPUS.iter().find(|(known, _)| *known == name).map_or(0, |(_, count)| *count)
}
