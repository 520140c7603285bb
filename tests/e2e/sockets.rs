//! Nothing listens where another machine could reach it.

use dsl::{json, listening_addresses, on_both_engines};

/// Of a container: an address of the engine's own bridge, which no other machine has a way to. What is served beside
/// instances is there.
const GATEWAY: &str = "docker inspect --format '{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}'";

on_both_engines! {
    fn nothing_listens_where_another_machine_reaches(home) {
        let scripted = home.project("scripted").serves([]);
        scripted.score(json!({})).is(200);
        let addresses: Vec<String> = scripted.processes().iter().flat_map(listening_addresses).collect();
        assert!(addresses.len() >= 2, "the scoring and the control port at least: {addresses:?}");
        let mut hosts = vec!["127.0.0.1".to_owned()];
        for container in scripted.containers() {
            let ports = scripted.shell(&format!("docker port {container}")).succeeds().stdout;
            assert!(ports.lines().all(|port| port.contains("-> 127.0.0.1:")), "{ports}");
            let gateway = scripted.shell(&format!("{GATEWAY} {container}")).succeeds().stdout;
            hosts.push(gateway.trim().to_owned());
        }
        let near = |address: &String| address.rsplit_once(':').is_some_and(|(host, _)| hosts.iter().any(|it| it == host));
        assert!(addresses.iter().all(near), "{addresses:?} of {hosts:?}");
    }
}
