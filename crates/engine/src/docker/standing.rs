//! Looking at how we stand to an engine: its address, our own container, both hosts' names, its network.

use super::about::Told;
use super::authority::Authority;
use super::bridge;
use super::reach::{Address, Own, Standing};
use super::ssh;
use bollard::Docker;
use bollard::models::ContainerInspectResponse;
use std::net::IpAddr;
use std::path::Path;

/// Asks the engine more only where that can matter: of our own container, and of its network on this host.
pub async fn look(docker: &Docker, address: &str, told: &Told) -> Standing {
    let contained = ["/.dockerenv", "/run/.containerenv"].iter().any(|mark| Path::new(mark).exists());
    let own_name = own_name();
    let same_name = !own_name.is_empty() && told.info.name.as_ref() == Some(&own_name);
    let own = if contained { own_container(docker).await } else { None };
    let rootless = told.nature().rootless;
    let standing = Standing { address: of(address).await, contained, same_name, own, bridged: false, rootless };
    let bridged = standing.may_be_bridged() && told.nature().bridges_to_its_host() && bridge::is_ours(docker).await;
    Standing { bridged, ..standing }
}

/// Empty where a machine has no such file: then a marker tells.
pub fn own_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned()
}

/// A name is resolved once: every port of every container is reached at the same address.
async fn of(address: &str) -> Address {
    let Some((host, port)) = host_and_port(address) else { return Address::Socket };
    let name = if address.starts_with("ssh:") { ssh::hostname(host).await } else { host.to_owned() };
    let found = tokio::net::lookup_host((name, port)).await.map(Iterator::collect::<Vec<_>>).unwrap_or_default();
    let best = found.iter().find(|it| it.is_ipv4()).or(found.first()).map(std::net::SocketAddr::ip);
    match best {
        Some(address) if !address.is_loopback() => Address::Host(address),
        _ => Address::Loopback,
    }
}

/// `None` for sockets and pipes.
fn host_and_port(address: &str) -> Option<(&str, u16)> {
    let usual = match address.split_once("://")?.0 {
        "tcp" | "http" => 2375,
        "https" => 2376,
        "ssh" => 22,
        _ => return None,
    };
    let Authority { host, port, .. } = Authority::of(address)?;
    Some((host, port.and_then(|port| port.parse().ok()).unwrap_or(usual)))
}

/// The id of our own container.
pub fn own_container_id() -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    own_id(&mounts).map(str::to_owned)
}

async fn own_container(docker: &Docker) -> Option<Own> {
    let own = docker.inspect_container(&own_container_id()?, None).await.ok()?;
    // `--network container:ID`, as pods and sidecars have it: that container's network is ours.
    let mode = own.host_config.as_ref().and_then(|config| config.network_mode.as_deref()).unwrap_or_default();
    match mode.strip_prefix("container:") {
        Some(id) => network(&docker.inspect_container(id, None).await.ok()?),
        None => network(&own),
    }
}

fn network(container: &ContainerInspectResponse) -> Option<Own> {
    let networks = container.network_settings.as_ref()?.networks.as_ref()?;
    if networks.contains_key("host") {
        return Some(Own::OnHostNetwork);
    }
    let addressed = |(name, network): (&String, &bollard::models::EndpointSettings)| {
        Some((name.clone(), network.ip_address.as_ref()?.parse::<IpAddr>().ok()?))
    };
    networks.iter().filter_map(addressed).min().map(|(name, address)| Own::On(name, address))
}

/// Engines mount a container's /etc/hostname or /etc/resolv.conf from a folder that has the container's id for a name.
fn own_id(mountinfo: &str) -> Option<&str> {
    let is_id = |part: &&str| part.len() == 64 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let ours =
        |line: &&str| [" /etc/hostname ", " /etc/resolv.conf ", " /etc/hosts "].iter().any(|at| line.contains(at));
    mountinfo.lines().filter(ours).find_map(|line| line.split(' ').nth(3)?.split('/').find(is_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_addresses() {
        let rows = [
            ("tcp://docker:2376", Some(("docker", 2376))),
            ("tcp://10.0.0.1", Some(("10.0.0.1", 2375))),
            ("http://[::1]:2375/v1.41", Some(("::1", 2375))),
            ("tcp://[fd00::1]", Some(("fd00::1", 2375))),
            ("ssh://me@build.example", Some(("build.example", 22))),
            ("ssh://me@build.example:2222", Some(("build.example", 2222))),
            ("unix:///var/run/docker.sock", None),
            ("npipe:////./pipe/docker_engine", None),
        ];
        for (address, expected) in rows {
            assert_eq!(host_and_port(address), expected, "{address}");
        }
    }

    #[tokio::test]
    async fn addresses_of_this_machine_are_no_other_host() {
        assert_eq!(of("unix:///x.sock").await, Address::Socket);
        assert_eq!(of("tcp://127.0.0.1:2375").await, Address::Loopback);
        assert_eq!(of("tcp://localhost:2375").await, Address::Loopback);
        assert_eq!(of("tcp://10.0.0.7:2375").await, Address::Host("10.0.0.7".parse().unwrap()));
    }

    #[test]
    fn our_container_is_named_in_its_mounts() {
        let id = "4a5b6c7d8e9f00112233445566778899aabbccddeeff00112233445566778899";
        let docker = format!(
            "701 700 0:44 / / rw - overlay overlay rw\n711 701 254:0 /var/lib/docker/containers/{id}/hostname /etc/hostname rw - ext4 /dev/vda rw\n"
        );
        let podman =
            format!("90 80 0:25 /containers/overlay-containers/{id}/userdata/hosts /etc/hosts rw - tmpfs tmpfs rw\n");
        assert_eq!((own_id(&docker), own_id(&podman)), (Some(id), Some(id)));
        assert_eq!(own_id("22 1 254:0 / / rw - ext4 /dev/vda rw\n"), None);
        assert_eq!(own_id(&format!("1 1 254:0 /data/{id}/x /data rw - ext4 /dev/vda rw\n")), None);
    }
}
