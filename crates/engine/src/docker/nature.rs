//! What an engine is like, from its own words: where engines differ in what they are asked, and in what they tell.

use bollard::models::{SystemInfo, SystemVersion};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Nature {
    /// Podman's major version.
    pub podman: Option<u32>,
    /// Its default driver of logs.
    pub log_driver: String,
    /// It labels containers for SELinux.
    pub selinux: bool,
    /// Its networks are its user's own, apart from the host's.
    pub rootless: bool,
    /// It hands GPUs on.
    pub gpus: bool,
    /// The users in its containers have other numbers outside.
    pub remapped: bool,
}

impl Nature {
    pub fn of(version: &SystemVersion, info: &SystemInfo) -> Self {
        let secured = |name| info.security_options.iter().flatten().any(|option| option.contains(name));
        Self {
            podman: podman(version),
            log_driver: info.logging_driver.clone().unwrap_or_default(),
            selinux: secured("name=selinux"),
            rootless: secured("name=rootless"),
            gpus: gpus(info),
            remapped: secured("name=userns"),
        }
    }

    /// Podman makes the bridge with the first container only, and publishes without a proxy.
    pub fn bridges_to_its_host(&self) -> bool {
        self.podman.is_none() && !self.rootless
    }

    /// Also a rootless engine's do.
    pub fn maps_users(&self) -> bool {
        self.remapped || self.rootless
    }

    /// Before 5.0 Podman never sets `OOMKilled`: conmon leaves its mark where Podman does not look for it.
    pub fn hides_out_of_memory(&self) -> bool {
        self.podman.is_some_and(|major| major < 5)
    }
}

fn podman(version: &SystemVersion) -> Option<u32> {
    let components = version.components.as_deref().unwrap_or_default();
    let podman = components.iter().find(|component| component.name.contains("Podman"))?;
    Some(podman.version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or_default())
}

/// The toolkit's runtime, or devices described by CDI. Podman lists only runtimes it could use, of which this is none.
fn gpus(info: &SystemInfo) -> bool {
    let runtime = info.runtimes.iter().flatten().any(|(name, _)| name == "nvidia");
    let devices = info.discovered_devices.iter().flatten();
    runtime || devices.filter_map(|device| device.id.as_deref()).any(|id| id.starts_with("nvidia.com/gpu"))
}

#[cfg(test)]
#[path = "nature_tests.rs"]
mod tests;
