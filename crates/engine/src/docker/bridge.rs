//! Whether the usual network of an engine is an interface of this machine: then its containers are reached at their own
//! addresses, and a published port would only put a proxy in between. Such a proxy accepts a connection for a container
//! that has just died, so that nobody could tell whether its program has seen the request.

use bollard::Docker;
use bollard::models::NetworkInspect;
use std::net::{IpAddr, Ipv4Addr, UdpSocket};

/// Docker's name of it.
pub const NETWORK: &str = "bridge";

/// Costs one question; no packet is sent.
pub async fn is_ours(docker: &Docker) -> bool {
    let network = docker.inspect_network(NETWORK, None).await.ok();
    network.and_then(|network| gateway(&network)).is_some_and(is_local)
}

/// An engine that was told none may not name it: then it is the first address of the subnet.
pub fn gateway(network: &NetworkInspect) -> Option<Ipv4Addr> {
    let configs = network.ipam.as_ref()?.config.as_ref()?;
    let named = configs.iter().filter_map(|config| config.gateway.as_deref()).find_map(|it| it.parse().ok());
    let first = |subnet: &str| {
        let network: Ipv4Addr = subnet.split('/').next()?.parse().ok()?;
        Some(Ipv4Addr::from_bits(network.to_bits() + 1))
    };
    named.or_else(|| configs.iter().filter_map(|config| config.subnet.as_deref()).find_map(first))
}

/// Only to an address of its own does the system speak from that very address.
fn is_local(address: Ipv4Addr) -> bool {
    let speaks_from = || {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        socket.connect((address, 9))?;
        socket.local_addr()
    };
    speaks_from().is_ok_and(|own| own.ip() == IpAddr::V4(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateway_is_named_or_the_first_address() {
        let rows = [
            (r#"[{"Subnet":"172.17.0.0/16"}]"#, Some([172, 17, 0, 1])),
            (r#"[{"Subnet":"172.17.0.0/16","Gateway":"172.17.0.254"}]"#, Some([172, 17, 0, 254])),
            (r#"[{"Subnet":"fd00::/64"},{"Subnet":"10.0.0.0/24"}]"#, Some([10, 0, 0, 1])),
            (r#"[{"Subnet":"fd00::/64","Gateway":"fd00::1"}]"#, None),
            ("[]", None),
            ("null", None),
        ];
        for (configs, expected) in rows {
            let network =
                serde_json::from_str(&format!(r#"{{"Name":"bridge","IPAM":{{"Config":{configs}}}}}"#)).unwrap();
            assert_eq!(gateway(&network), expected.map(Ipv4Addr::from), "{configs}");
        }
    }

    #[test]
    fn an_address_is_ours_or_not() {
        assert!(is_local(Ipv4Addr::LOCALHOST));
        // For documentation: no machine has it.
        assert!(!is_local(Ipv4Addr::new(203, 0, 113, 1)));
    }
}
