//! Whether the engine sees our files, and where a port of a container is reached from here. Decided by what costs
//! nothing; only where that leaves a doubt does a marker file tell (`marker.rs`).

use crate::Ports;
use std::net::IpAddr;

/// What is known without anything being made on the engine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    pub address: Address,
    /// We run in a container ourselves.
    pub contained: bool,
    /// The engine's host has our host's name: one kernel, and one file system unless we are contained.
    pub same_name: bool,
    /// Our own container, where this engine runs it.
    pub own: Option<Own>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Address {
    /// A socket or a pipe of this machine: what listens may be anywhere.
    #[default]
    Socket,
    /// TCP on this machine's loopback: likewise.
    Loopback,
    /// TCP or ssh to another host.
    Host(IpAddr),
}

/// The container we run in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Own {
    /// With the network of the engine's host.
    OnHostNetwork,
    /// On this network, where containers reach one another.
    On(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// `None`: a marker tells.
    pub shares_files: Option<bool>,
    pub ports: Ports,
}

impl Standing {
    pub fn reach(&self) -> Reach {
        Reach { shares_files: self.files(), ports: self.ports() }
    }

    /// Its containers are processes that we can see: a container of ours would hide them.
    pub fn same_kernel(&self) -> bool {
        self.address == Address::Socket && self.same_name && self.own.is_none()
    }

    fn files(&self) -> Option<bool> {
        match self.address {
            Address::Host(_) => Some(false),
            Address::Socket if self.same_name && !self.contained => Some(true),
            Address::Socket | Address::Loopback => None,
        }
    }

    fn ports(&self) -> Ports {
        match (&self.own, self.address) {
            (Some(Own::On(network)), _) => Ports::Containers { network: network.clone() },
            (Some(Own::OnHostNetwork), _) => Ports::Loopback,
            (None, Address::Host(address)) => Ports::Host(address),
            (None, Address::Socket | Address::Loopback) => Ports::Loopback,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 7));

    fn own(network: &str) -> Option<Own> {
        Some(if network == "host" { Own::OnHostNetwork } else { Own::On(network.into()) })
    }

    fn on(network: &str) -> Ports {
        Ports::Containers { network: network.into() }
    }

    #[test]
    fn every_way_an_engine_can_stand_to_us() {
        use Address::{Host, Loopback, Socket};
        let rows = [
            // situation, address, contained, same name, our container there => files, ports
            ("Docker on this Linux", Socket, false, true, None, Some(true), Ports::Loopback),
            ("a virtual machine: Desktop, colima, OrbStack", Socket, false, false, None, None, Ports::Loopback),
            ("a dev container with the host's socket", Socket, true, false, own("bridge"), None, on("bridge")),
            ("the same, by docker compose", Socket, true, false, own("app_default"), None, on("app_default")),
            ("the same, with --network host", Socket, true, true, own("host"), None, Ports::Loopback),
            ("an engine inside our own container", Socket, true, true, None, None, Ports::Loopback),
            ("a Podman machine or a tunnel", Loopback, false, false, None, None, Ports::Loopback),
            ("another machine", Host(OTHER), false, false, None, Some(false), Ports::Host(OTHER)),
            ("container CI with an engine beside it", Host(OTHER), true, false, None, Some(false), Ports::Host(OTHER)),
            ("a container's own engine over TCP", Host(OTHER), true, false, own("ci"), Some(false), on("ci")),
        ];
        for (situation, address, contained, same_name, own, shares_files, ports) in rows {
            let standing = Standing { address, contained, same_name, own };
            assert_eq!(standing.reach(), Reach { shares_files, ports }, "{situation}");
        }
    }
}
