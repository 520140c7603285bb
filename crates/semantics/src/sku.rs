//! Instance types of managed online endpoints. Cores and GPUs: documented (reference-managed-online-endpoints-vm-sku-
//! list); memory: seen (Fsv2) or inferred; disk: inferred from Azure's VM sizes, and left out where that is unsure.

use crate::instance_count::reserved;

/// One instance type. `evidence` is the memory's.
#[derive(Debug, PartialEq)]
pub struct Sku {
    /// Lower-cased: Azure takes any case.
    pub name: &'static str,
    /// The key of `[quota]` for the whole family.
    pub family: &'static str,
    pub cores: u32,
    pub memory_gb: f64,
    /// Of the temporary disk; 0: not known.
    pub disk_gb: u32,
    /// Marked "Skip 20% Reservation" on the page.
    pub skips_reserve: bool,
    pub evidence: &'static str,
}

const fn sku(name: &'static str, family: &'static str, cores: u32, memory_gb: f64, disk_gb: u32) -> Sku {
    Sku { name, family, cores, memory_gb, disk_gb, skips_reserve: false, evidence: "inferred" }
}

const fn seen(name: &'static str, family: &'static str, cores: u32, memory_gb: f64, disk_gb: u32) -> Sku {
    Sku { evidence: "seen", ..sku(name, family, cores, memory_gb, disk_gb) }
}

const fn whole(name: &'static str, family: &'static str, cores: u32, memory_gb: f64) -> Sku {
    Sku { skips_reserve: true, ..sku(name, family, cores, memory_gb, 0) }
}

#[rustfmt::skip]
pub static SKUS: &[Sku] = &[
    sku("standard_ds1_v2", "DSv2", 1, 3.5, 7), sku("standard_ds2_v2", "DSv2", 2, 7.0, 14),
    sku("standard_ds3_v2", "DSv2", 4, 14.0, 28), sku("standard_ds4_v2", "DSv2", 8, 28.0, 56),
    sku("standard_ds5_v2", "DSv2", 16, 56.0, 112),
    seen("standard_f2s_v2", "FSv2", 2, 4.0, 16), seen("standard_f4s_v2", "FSv2", 4, 8.0, 32),
    seen("standard_f8s_v2", "FSv2", 8, 16.0, 64), seen("standard_f16s_v2", "FSv2", 16, 32.0, 128),
    seen("standard_f32s_v2", "FSv2", 32, 64.0, 256), seen("standard_f48s_v2", "FSv2", 48, 96.0, 384),
    seen("standard_f64s_v2", "FSv2", 64, 128.0, 512), seen("standard_f72s_v2", "FSv2", 72, 144.0, 576),
    sku("standard_d2as_v4", "DASv4", 2, 8.0, 16), sku("standard_d4as_v4", "DASv4", 4, 16.0, 32),
    sku("standard_d8as_v4", "DASv4", 8, 32.0, 64), sku("standard_d16as_v4", "DASv4", 16, 64.0, 128),
    sku("standard_d2a_v4", "DAv4", 2, 8.0, 50), sku("standard_d4a_v4", "DAv4", 4, 16.0, 100),
    sku("standard_d8a_v4", "DAv4", 8, 32.0, 200), sku("standard_d16a_v4", "DAv4", 16, 64.0, 400),
    sku("standard_e2s_v3", "ESv3", 2, 16.0, 32), sku("standard_e4s_v3", "ESv3", 4, 32.0, 64),
    sku("standard_e8s_v3", "ESv3", 8, 64.0, 128), sku("standard_e16s_v3", "ESv3", 16, 128.0, 256),
    sku("standard_nc4as_t4_v3", "NCASv3_T4", 4, 28.0, 180), sku("standard_nc8as_t4_v3", "NCASv3_T4", 8, 56.0, 360),
    sku("standard_nc16as_t4_v3", "NCASv3_T4", 16, 110.0, 360), sku("standard_nc64as_t4_v3", "NCASv3_T4", 64, 440.0, 2880),
    sku("standard_nc6s_v3", "NCSv3", 6, 112.0, 736), sku("standard_nc12s_v3", "NCSv3", 12, 224.0, 1474),
    sku("standard_nc24s_v3", "NCSv3", 24, 448.0, 2948),
    whole("standard_nc24ads_a100_v4", "NCADSA100v4", 24, 220.0), whole("standard_nc48ads_a100_v4", "NCADSA100v4", 48, 440.0),
    whole("standard_nc96ads_a100_v4", "NCADSA100v4", 96, 880.0),
    whole("standard_nc40ads_h100_v5", "NCADSH100v5", 40, 320.0), whole("standard_nc80adis_h100_v5", "NCADSH100v5", 80, 640.0),
    whole("standard_nd96asr_v4", "NDASv4_A100", 96, 900.0), whole("standard_nd96amsr_a100_v4", "NDAMSv4_A100", 96, 1900.0),
    whole("standard_nd96isr_h100_v5", "NDSH100v5", 96, 1900.0),
    sku("standard_nv6ads_a10_v5", "NVADSA10v5", 6, 55.0, 180), sku("standard_nv12ads_a10_v5", "NVADSA10v5", 12, 110.0, 360),
    sku("standard_nv18ads_a10_v5", "NVADSA10v5", 18, 220.0, 720), sku("standard_nv36ads_a10_v5", "NVADSA10v5", 36, 440.0, 720),
];

impl Sku {
    pub fn named(name: &str) -> Option<&'static Self> {
        let name = name.to_lowercase();
        SKUS.iter().find(|sku| sku.name == name)
    }

    /// Cores that Azure wants in the quota: one fifth more instances than asked for, but for those SKUs that skip it.
    /// Source: how-to-manage-quotas.
    pub fn cores_needed(&self, instances: u32) -> u64 {
        let instances = u64::from(instances);
        let counted = if self.skips_reserve { instances } else { reserved(instances) };
        counted * u64::from(self.cores)
    }
}
