//! Answers of real engines, cut to what is read of them.

use super::*;

fn nature(version: &str, info: &str) -> Nature {
    Nature::of(&serde_json::from_str(version).unwrap(), &serde_json::from_str(info).unwrap())
}

const DOCKER: &str = r#"{"Version":"20.10.24","Components":[{"Name":"Engine","Version":"20.10.24"}]}"#;

#[test]
fn podman_is_known_by_its_component() {
    let version = r#"{"Version":"4.3.1","Components":[{"Name":"Podman Engine","Version":"4.3.1"},{"Name":"Conmon","Version":"x"}]}"#;
    let old = nature(version, r#"{"LoggingDriver":""}"#);
    assert_eq!((old.podman, old.hides_out_of_memory()), (Some(4), true));
    let new = nature(&version.replace("4.3.1", "5.2.0"), "{}");
    assert_eq!((new.podman, new.hides_out_of_memory()), (Some(5), false));
    let docker = nature(DOCKER, r#"{"LoggingDriver":"json-file"}"#);
    assert_eq!((docker.podman, docker.hides_out_of_memory(), docker.log_driver.as_str()), (None, false, "json-file"));
}

#[test]
fn selinux_is_a_security_option() {
    let rows = [
        (r#"{"SecurityOptions":["name=seccomp,profile=default","name=selinux"]}"#, true),
        (r#"{"SecurityOptions":["name=apparmor","name=seccomp,profile=default","name=rootless"]}"#, false),
        ("{}", false),
    ];
    for (info, expected) in rows {
        assert_eq!(nature(DOCKER, info).selinux, expected, "{info}");
    }
}

#[test]
fn dockers_own_bridge_is_the_hosts_unless_it_is_rootless() {
    assert!(nature(DOCKER, r#"{"SecurityOptions":["name=seccomp,profile=default"]}"#).bridges_to_its_host());
    assert!(!nature(DOCKER, r#"{"SecurityOptions":["name=rootless"]}"#).bridges_to_its_host());
    let podman = r#"{"Version":"5.2.0","Components":[{"Name":"Podman Engine","Version":"5.2.0"}]}"#;
    assert!(!nature(podman, "{}").bridges_to_its_host());
}

#[test]
fn users_are_mapped_by_rootless_engines_and_by_remapping_ones() {
    let rows = [
        (r#"{"SecurityOptions":["name=seccomp,profile=default","name=rootless"]}"#, true),
        (r#"{"SecurityOptions":["name=userns"]}"#, true),
        (r#"{"SecurityOptions":["name=seccomp,profile=default"]}"#, false),
        ("{}", false),
    ];
    for (info, expected) in rows {
        assert_eq!(nature(DOCKER, info).maps_users(), expected, "{info}");
    }
}

#[test]
fn gpus_come_with_a_runtime_or_as_cdi_devices() {
    let rows = [
        (r#"{"Runtimes":{"runc":{"path":"runc"},"nvidia":{"path":"nvidia-container-runtime"}}}"#, true),
        (r#"{"DiscoveredDevices":[{"Source":"cdi","ID":"nvidia.com/gpu=all"}]}"#, true),
        (r#"{"DiscoveredDevices":[{"Source":"cdi","ID":"vendor.com/net=0"}],"Runtimes":{"runc":{}}}"#, false),
        (r#"{"Runtimes":{"crun":{"path":"/usr/bin/crun"},"kata":{}}}"#, false),
        ("{}", false),
    ];
    for (info, expected) in rows {
        assert_eq!(nature(DOCKER, info).gpus, expected, "{info}");
    }
}
