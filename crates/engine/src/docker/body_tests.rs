//! What is asked of engines that differ.

use super::*;
use std::net::IpAddr;

#[test]
fn logs_rotate_where_the_driver_can() {
    for (driver, expected) in [("json-file", true), ("local", true), ("journald", false), ("", false)] {
        let asked = rotated_log(driver);
        assert_eq!(asked.is_some(), expected, "{driver}");
        if let Some(asked) = asked {
            assert_eq!(asked.typ.as_deref(), Some(driver));
            let options = asked.config.unwrap();
            assert_eq!((options["max-size"].as_str(), options["max-file"].as_str()), ("10m", "3"));
        }
    }
}

#[test]
fn nothing_is_relabelled_for_selinux() {
    let labelled = Nature { selinux: true, ..Nature::default() };
    assert_eq!(unlabelled(&labelled), Some(vec!["label=disable".to_owned()]));
    assert_eq!(unlabelled(&Nature::default()), None);
}

#[test]
fn ports_are_published_where_they_are_reached_and_nowhere_else() {
    let other: IpAddr = "10.0.0.7".parse().unwrap();
    let containers = Ports::Containers { network: "app_default".into() };
    let rows = [
        (Ports::Loopback, Some("127.0.0.1"), Some("127.0.0.1"), None),
        (Ports::Bridge, None, Some("127.0.0.1"), None),
        (Ports::Host(other), Some("10.0.0.7"), Some("10.0.0.7"), None),
        (containers, None, None, Some("app_default")),
    ];
    for (ports, serve, debug, expected) in rows {
        let bound = bindings(&[(PortUse::Serve, 5001), (PortUse::Debug, 5678)].into(), &ports).unwrap_or_default();
        let host = |port: &str| bound.get(port).map(|bound| bound.as_ref().unwrap()[0].host_ip.clone().unwrap());
        assert_eq!((host("5001/tcp").as_deref(), host("5678/tcp").as_deref()), (serve, debug), "{ports:?}");
        assert_eq!(network(&ports).as_deref(), expected, "{ports:?}");
    }
}

#[test]
fn gpus_are_asked_for_as_docker_run_does_with_all() {
    let asked = serde_json::to_value(every_gpu()).unwrap();
    assert_eq!(asked, serde_json::json!([{ "Driver": "", "Count": -1, "Capabilities": [["gpu"]] }]));
}
