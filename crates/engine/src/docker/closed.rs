//! A network without a way out: an instance on it is reached at its own address, and reaches its neighbours and what this
//! machine listens on at the network's gateway. It comes with its first container and goes with its last.

use super::DockerEngine;
use super::body::network;
use super::bridge::{NETWORK, gateway};
use super::failure::general;
use crate::{EngineError, InstanceHandle, Launch, Outward, Ports, Started};
use bollard::errors::Error;
use bollard::models::{ContainerInspectResponse, Ipam, IpamConfig, NetworkCreateRequest, NetworkInspect};
use std::collections::HashMap;
use std::net::Ipv4Addr;
use tokio::sync::RwLockReadGuard;

const LABEL: &str = "local-endpoint.closed";

/// libnetwork's name of where containers send what is not for their own network (bridge.go, `processIPAM`).
const ROUTE: &str = "DefaultGatewayIPv4";

impl DockerEngine {
    /// A network without a way out publishes no ports.
    pub(super) fn closes_networks(&self) -> Result<(), EngineError> {
        let why = match &self.about.ports {
            Ports::Bridge => return Ok(()),
            Ports::Loopback => "containers of this engine are reached at published ports alone",
            Ports::Host(_) => {
                "the engine runs on another machine, where containers are reached at published ports alone"
            }
            Ports::Containers { .. } => {
                "local-endpoint runs in a container, which instances have to share a network with"
            }
        };
        Err(EngineError::Unsupported(why.to_owned()))
    }

    pub(super) async fn closed_gateway(&self, name: &str) -> Result<Ipv4Addr, EngineError> {
        let _there = self.join(name).await?;
        let found = self.docker.inspect_network(name, None).await.map_err(general)?;
        gateway(&found).ok_or_else(|| EngineError::Other(format!("the network {name} has no gateway")))
    }

    pub(super) async fn start_closed(&self, launch: &Launch) -> Result<Started, EngineError> {
        let Outward::Closed { network } = &launch.outward else { return self.start_container(launch).await };
        let there = self.join(network).await?;
        let started = self.start_container(launch).await;
        drop(there);
        if started.is_err() {
            self.leave(network).await?;
        }
        started
    }

    pub(super) async fn remove_instance(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        let network = self.inspect(handle).await.ok().map(|inspected| network_of(&inspected, &self.about.ports));
        self.remove_container(handle).await?;
        match network.filter(|name| name.starts_with("local-endpoint-")) {
            Some(network) => self.leave(&network).await,
            None => Ok(()),
        }
    }

    /// It stays there as long as this is held.
    pub(super) async fn join(&self, name: &str) -> Result<RwLockReadGuard<'_, ()>, EngineError> {
        let alone = self.networks.write().await;
        match self.docker.inspect_network(name, None).await {
            Ok(_) => {}
            Err(Error::DockerResponseServerError { status_code: 404, .. }) => self.make_closed(name).await?,
            Err(error) => return Err(general(error)),
        }
        Ok(alone.downgrade())
    }

    /// Twice: the engine gives it a subnet, of which only then an address can be named that nobody has.
    async fn make_closed(&self, name: &str) -> Result<(), EngineError> {
        self.docker.create_network(request(name, None)).await.map_err(general)?;
        let found = self.docker.inspect_network(name, None).await.map_err(general)?;
        let Some(route) = subnet(&found).and_then(nowhere) else { return Ok(()) };
        self.docker.remove_network(name).await.map_err(general)?;
        self.docker.create_network(request(name, Some(route))).await.map(drop).map_err(general)
    }

    /// Others may stand on it still.
    pub(super) async fn leave(&self, name: &str) -> Result<(), EngineError> {
        let _alone = self.networks.write().await;
        match self.docker.remove_network(name).await {
            Ok(()) | Err(Error::DockerResponseServerError { status_code: 403 | 404 | 409, .. }) => Ok(()),
            Err(error) => Err(general(error)),
        }
    }
}

/// On which a container is. Podman calls every network of an open one a bridge: it is the one that was asked for.
pub(super) fn network_of(inspected: &ContainerInspectResponse, reached: &Ports) -> String {
    let mode = inspected.host_config.as_ref().and_then(|config| config.network_mode.clone());
    let named = mode.filter(|mode| mode != "default" && mode != NETWORK);
    named.or_else(|| network(reached)).unwrap_or_else(|| NETWORK.to_owned())
}

/// Internal: what is for other networks is dropped. The route leads nowhere, so that it does not reach this machine's
/// other addresses either.
fn request(name: &str, route: Option<(String, Ipv4Addr)>) -> NetworkCreateRequest {
    let config = route.map(|(subnet, route)| {
        let addresses = HashMap::from([(ROUTE.to_owned(), route.to_string())]);
        vec![IpamConfig { subnet: Some(subnet), auxiliary_addresses: Some(addresses), ..IpamConfig::default() }]
    });
    NetworkCreateRequest {
        name: name.to_owned(),
        internal: Some(true),
        ipam: config.map(|config| Ipam { config: Some(config), ..Ipam::default() }),
        labels: Some(HashMap::from([(LABEL.to_owned(), String::new())])),
        ..NetworkCreateRequest::default()
    }
}

fn subnet(network: &NetworkInspect) -> Option<&str> {
    network.ipam.as_ref()?.config.as_ref()?.iter().find_map(|config| config.subnet.as_deref())
}

/// Its last address, which the engine would give last.
fn nowhere(subnet: &str) -> Option<(String, Ipv4Addr)> {
    let (first, bits) = subnet.split_once('/')?;
    let (first, bits): (Ipv4Addr, u32) = (first.parse().ok()?, bits.parse().ok()?);
    let size = 1_u32.checked_shl(32_u32.checked_sub(bits)?).filter(|size| *size >= 8)?;
    Some((subnet.to_owned(), Ipv4Addr::from_bits(first.to_bits() + size - 2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_route_leads_to_the_last_address() {
        let rows = [
            ("172.18.0.0/16", Some([172, 18, 255, 254])),
            ("192.168.16.0/20", Some([192, 168, 31, 254])),
            ("10.0.0.0/30", None),
            ("fd00::/64", None),
        ];
        for (subnet, expected) in rows {
            assert_eq!(nowhere(subnet).map(|(_, route)| route), expected.map(Ipv4Addr::from), "{subnet}");
        }
    }
}
