//! What answers at an address.

use super::failure::general;
use crate::{About, EngineError, EngineKind};
use bollard::Docker;
use bollard::models::{SystemInfo, SystemVersion};

/// The engine at this address, and its default log driver.
pub async fn ask(docker: &Docker, address: &str) -> Result<(About, String), EngineError> {
    let (version, info) = tokio::try_join!(docker.version(), docker.info()).map_err(general)?;
    let near = is_near(address, &info);
    let about = About {
        kind: EngineKind::Docker,
        version: words(&version),
        address: address.to_owned(),
        shares_files: near,
        reaches_loopback: near,
        cpus: info.ncpu.and_then(|count| u32::try_from(count).ok()).unwrap_or(1),
        memory_bytes: info.mem_total.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0),
        arch: version.arch.unwrap_or_default(),
    };
    Ok((about, info.logging_driver.unwrap_or_default()))
}

/// `Docker Engine 20.10.24 (API 1.41)`.
fn words(version: &SystemVersion) -> String {
    let components = version.components.as_deref().unwrap_or_default();
    let podman = components.iter().any(|component| component.name.contains("Podman"));
    let name = if podman { "Podman" } else { "Docker Engine" };
    let number = version.version.as_deref().unwrap_or("of unknown version");
    format!("{name} {number} (API {})", version.api_version.as_deref().unwrap_or("unknown"))
}

/// Over a socket the engine has our files and our loopback, unless we are in a container ourselves and the
/// socket of another machine is mounted into it.
fn is_near(address: &str, info: &SystemInfo) -> bool {
    let local = address.starts_with("unix://") || address.starts_with("npipe://");
    let contained = ["/.dockerenv", "/run/.containerenv"].iter().any(|mark| std::path::Path::new(mark).exists());
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    local && (!contained || info.name.as_deref() == Some(host.trim()))
}
