//! How a container reaches what this process listens on.

use super::DockerEngine;
use super::bridge::{self, gateway};
use super::failure::general;
use super::reach::Back;
use crate::{EngineError, Outward, WayBack};
use std::net::{IpAddr, Ipv4Addr};

/// Documented by Docker Desktop, OrbStack, colima and Rancher Desktop; a Podman machine has it, too.
const AROUND: &str = "host.docker.internal";

impl DockerEngine {
    pub(super) async fn way_back_from_containers(&self, outward: &Outward) -> Result<WayBack, EngineError> {
        let at = |listen: IpAddr| WayBack { listen, host: listen.to_string(), outward: outward.clone() };
        if let Outward::Closed { network } = outward {
            return self.closed_gateway(network).await.map(IpAddr::from).map(at);
        }
        match self.back {
            Back::Own(address) => Ok(at(address)),
            Back::Named => Ok(WayBack { host: AROUND.to_owned(), ..at(Ipv4Addr::LOCALHOST.into()) }),
            Back::Gateway => self.gateway().await.map(at),
            Back::Nowhere(why) => Err(EngineError::Unsupported(why.to_owned())),
        }
    }

    /// Of the network on which instances are.
    async fn gateway(&self) -> Result<IpAddr, EngineError> {
        let network = if self.nature.podman.is_some() { "podman" } else { bridge::NETWORK };
        let found = self.docker.inspect_network(network, None).await.map_err(general)?;
        gateway(&found)
            .map(IpAddr::from)
            .ok_or_else(|| EngineError::Unsupported(format!("the network {network} has no gateway")))
    }
}
