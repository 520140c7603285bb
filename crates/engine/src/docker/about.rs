//! What answers at an address.

use super::failure::general;
use super::nature::Nature;
use super::reach::Reach;
use crate::{About, EngineError, EngineKind};
use bollard::Docker;
use bollard::models::{SystemInfo, SystemVersion};

/// The engine's own words of itself.
#[derive(Debug)]
pub struct Told {
    version: SystemVersion,
    pub info: SystemInfo,
}

pub async fn ask(docker: &Docker) -> Result<Told, EngineError> {
    let (version, info) = tokio::try_join!(docker.version(), docker.info()).map_err(general)?;
    Ok(Told { version, info })
}

impl Told {
    pub fn nature(&self) -> Nature {
        Nature::of(&self.version, &self.info)
    }

    /// The same in every run. Podman makes itself a new id for every answer.
    pub fn identity(&self, address: &str) -> String {
        let words = |text: &Option<String>| text.clone().unwrap_or_default();
        match self.nature().podman {
            Some(_) => format!("{address} {} {}", words(&self.info.name), words(&self.info.docker_root_dir)),
            None => words(&self.info.id),
        }
    }

    pub fn about(&self, address: &str, reach: &Reach) -> About {
        let (version, info) = (&self.version, &self.info);
        let nature = self.nature();
        About {
            kind: EngineKind::Docker,
            version: words(version, &nature),
            address: address.to_owned(),
            shares_files: reach.shares_files,
            ports: reach.ports.clone(),
            gpus: nature.gpus,
            cpus: info.ncpu.and_then(|count| u32::try_from(count).ok()).unwrap_or(1),
            memory_bytes: info.mem_total.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0),
            arch: version.arch.clone().unwrap_or_default(),
        }
    }
}

/// `Docker Engine 20.10.24 (API 1.41)`.
fn words(version: &SystemVersion, nature: &Nature) -> String {
    let name = if nature.podman.is_some() { "Podman" } else { "Docker Engine" };
    let number = version.version.as_deref().unwrap_or("of unknown version");
    format!("{name} {number} (API {})", version.api_version.as_deref().unwrap_or("unknown"))
}
