//! Whether Azure can pull from a registry that asks for a login.

/// What Azure needs for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access<'a> {
    /// Everybody may pull, also where somebody is logged in.
    Public,
    /// The endpoint's identity needs AcrPull on the registry of this name.
    AcrPull(&'a str),
    /// Azure takes no user name and password for a registry, and this one knows no identity of Azure.
    Impossible,
}

/// Where Docker Hub and Microsoft's own registry stand, a login most often only raises a limit.
const PUBLIC: &[&str] = &["docker.io", "mcr.microsoft.com"];
const CONTAINER_REGISTRY: &[&str] = &[".azurecr.io", ".azurecr.cn", ".azurecr.us"];

pub fn access(registry: &str) -> Access<'_> {
    match CONTAINER_REGISTRY.iter().find_map(|end| registry.strip_suffix(end)) {
        Some(name) => Access::AcrPull(name),
        None if PUBLIC.contains(&registry) => Access::Public,
        None => Access::Impossible,
    }
}
