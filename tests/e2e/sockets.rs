//! Nothing listens where another machine could reach it.

use dsl::{json, listening_addresses, on_both_engines};

on_both_engines! {
    fn everything_listens_on_the_loopback_alone(home) {
        let scripted = home.project("scripted").serves([]);
        scripted.score(json!({})).is(200);
        let addresses: Vec<String> = scripted.processes().iter().flat_map(listening_addresses).collect();
        assert!(addresses.len() >= 2, "the scoring and the control port at least: {addresses:?}");
        assert!(addresses.iter().all(|address| address.starts_with("127.0.0.1:")), "{addresses:?}");
        for container in scripted.containers() {
            let ports = scripted.shell(&format!("docker port {container}")).succeeds().stdout;
            assert!(ports.lines().all(|port| port.contains("-> 127.0.0.1:")), "{ports}");
        }
    }
}
