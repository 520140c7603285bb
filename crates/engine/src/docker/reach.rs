//! Whether the engine sees our files, and where a port of a container is reached from here. Decided by what costs
//! nothing; only where that leaves a doubt does a marker file tell (`marker.rs`).

use crate::{PortUse, Ports};
use std::net::{IpAddr, Ipv4Addr};

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
    /// The gateway of its usual network is an address of this host (`bridge.rs`).
    pub bridged: bool,
    /// It runs without root, in a network of its own that keeps containers from the machine's addresses.
    pub rootless: bool,
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
    /// On this network, where containers reach one another, at this address.
    On(String, IpAddr),
}

/// How a container reaches what we listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Back {
    /// The gateway of its network is an address of this machine.
    Gateway,
    /// Our own container's address, on its network.
    Own(IpAddr),
    /// The engine's machine has a name for ours, and what it calls so is our loopback.
    Named,
    /// Why it does not.
    Nowhere(&'static str),
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

    /// Whether a gateway that this host has can be its containers': another host's may have the same number.
    pub fn may_be_bridged(&self) -> bool {
        self.address == Address::Socket && self.same_name && !matches!(self.own, Some(Own::On(..)))
    }

    pub fn back(&self) -> Back {
        match (&self.own, self.address) {
            (Some(Own::On(_, address)), _) => Back::Own(*address),
            (_, Address::Host(_)) => Back::Nowhere("the engine runs on another machine"),
            _ if self.rootless => Back::Nowhere("a rootless engine keeps its containers from this machine's addresses"),
            (Some(Own::OnHostNetwork), _) => Back::Gateway,
            _ if self.same_name => Back::Gateway,
            _ if self.contained => Back::Nowhere("this container and the engine's containers share no network"),
            _ => Back::Named,
        }
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
            (Some(Own::On(network, _)), _) => Ports::Containers { network: network.clone() },
            (None, Address::Host(address)) => Ports::Host(address),
            _ if self.bridged => Ports::Bridge,
            _ => Ports::Loopback,
        }
    }
}

/// The address of the engine's host on which a port is published; `None`: the container's own is enough. A person points
/// a debugger at 127.0.0.1, so on this machine its port is published in any case.
pub fn published_on(ports: &Ports, used: PortUse) -> Option<IpAddr> {
    match ports {
        Ports::Loopback => Some(Ipv4Addr::LOCALHOST.into()),
        Ports::Host(host) => Some(*host),
        Ports::Bridge => (used == PortUse::Debug).then(|| Ipv4Addr::LOCALHOST.into()),
        Ports::Containers { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: IpAddr = IpAddr::V4(Ipv4Addr::new(172, 17, 0, 5));
    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 7));

    fn own(network: &str) -> Option<Own> {
        Some(if network == "host" { Own::OnHostNetwork } else { Own::On(network.into(), OURS) })
    }

    fn on(network: &str) -> Ports {
        Ports::Containers { network: network.into() }
    }

    #[test]
    fn every_way_an_engine_can_stand_to_us() {
        use Address::{Host, Loopback, Socket};
        let rows = [
            // situation, address, contained, same name, our container there, its bridge is ours => files, ports
            ("Docker on this Linux", Socket, false, true, None, true, Some(true), Ports::Bridge),
            ("rootless, or Podman", Socket, false, true, None, false, Some(true), Ports::Loopback),
            ("a virtual machine: Desktop, colima, OrbStack", Socket, false, false, None, false, None, Ports::Loopback),
            ("a dev container with the host's socket", Socket, true, false, own("bridge"), false, None, on("bridge")),
            ("the same, by docker compose", Socket, true, false, own("app_default"), false, None, on("app_default")),
            ("the same, with --network host", Socket, true, true, own("host"), true, None, Ports::Bridge),
            ("an engine inside our own container", Socket, true, true, None, true, None, Ports::Bridge),
            ("a Podman machine or a tunnel", Loopback, false, false, None, false, None, Ports::Loopback),
            ("another machine", Host(OTHER), false, false, None, false, Some(false), Ports::Host(OTHER)),
            (
                "container CI, an engine beside it",
                Host(OTHER),
                true,
                false,
                None,
                false,
                Some(false),
                Ports::Host(OTHER),
            ),
            ("a container's own engine over TCP", Host(OTHER), true, false, own("ci"), false, Some(false), on("ci")),
        ];
        for (situation, address, contained, same_name, own, bridged, shares_files, ports) in rows {
            let standing = Standing { address, contained, same_name, own, bridged, rootless: false };
            assert_eq!(standing.reach(), Reach { shares_files, ports }, "{situation}");
        }
    }

    #[test]
    fn every_way_back_from_a_container() {
        use Address::{Host, Loopback, Socket};
        const FAR: Back = Back::Nowhere("the engine runs on another machine");
        const APART: Back = Back::Nowhere("this container and the engine's containers share no network");
        let rows = [
            // situation, address, contained, same name, our container there
            ("Docker or Podman on this Linux", Socket, false, true, None, Back::Gateway),
            ("a virtual machine: Desktop, colima, OrbStack", Socket, false, false, None, Back::Named),
            ("a dev container with the host's socket", Socket, true, false, own("bridge"), Back::Own(OURS)),
            ("the same, with --network host", Socket, true, true, own("host"), Back::Gateway),
            ("an engine inside our own container", Socket, true, true, None, Back::Gateway),
            ("a Podman machine or a tunnel", Loopback, false, false, None, Back::Named),
            ("another machine", Host(OTHER), false, false, None, FAR),
            ("container CI, an engine beside it", Host(OTHER), true, false, None, FAR),
            ("a container's own engine over TCP", Host(OTHER), true, false, own("ci"), Back::Own(OURS)),
            ("a container that cannot see itself", Socket, true, false, None, APART),
        ];
        for (situation, address, contained, same_name, own, back) in rows {
            let standing = Standing { address, contained, same_name, own, ..Standing::default() };
            assert_eq!(standing.back(), back, "{situation}");
        }
        let rootless = Standing { same_name: true, rootless: true, ..Standing::default() };
        assert!(matches!(rootless.back(), Back::Nowhere(why) if why.contains("rootless")));
    }

    #[test]
    fn only_this_machines_engine_can_be_bridged_to_it() {
        let native = Standing { same_name: true, ..Standing::default() };
        assert!(native.may_be_bridged());
        assert!(Standing { own: Some(Own::OnHostNetwork), ..native.clone() }.may_be_bridged());
        assert!(!Standing { own: own("bridge"), ..native.clone() }.may_be_bridged());
        assert!(!Standing { same_name: false, ..native.clone() }.may_be_bridged());
        assert!(!Standing { address: Address::Loopback, ..native }.may_be_bridged());
    }
}
