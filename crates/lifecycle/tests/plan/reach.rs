//! What is said of an engine that has not all that an instance has in Azure, or not what this machine has.

use crate::deployment::deployment;
use diagnosis::Diagnosis;
use engine::{About, EngineKind, Ports};
use lifecycle::plan::{copied, granted, open_ports};
use model::{Deployment, RunOptions};
use std::path::PathBuf;

fn about(gpus: bool, ports: Ports) -> About {
    About {
        kind: EngineKind::Docker,
        version: "Docker Engine 28.2.2 (API 1.50)".into(),
        address: "unix:///var/run/docker.sock".into(),
        shares_files: Some(true),
        ports,
        gpus,
        cpus: 1000,
        memory_bytes: 0,
        arch: "amd64".into(),
    }
}

fn texts(said: impl IntoIterator<Item = Diagnosis>) -> Vec<String> {
    said.into_iter().map(|diagnosis| format!("{}: {}", diagnosis.code.name(), diagnosis.message)).collect()
}

#[test]
fn gpus_are_handed_on_or_said_to_be_missing() {
    let without = |size: &str, gpus: &str| {
        format!(
            "GpuMissing: blue: {size} has {gpus} in Azure, and Docker Engine 28.2.2 (API 1.50) hands none on: it runs without"
        )
    };
    let rows = [
        ("Standard_NC4as_T4_v3", true, true, vec![]),
        ("Standard_NC4as_T4_v3", false, false, vec![without("Standard_NC4as_T4_v3", "a GPU")]),
        ("Standard_NC24s_v3", false, false, vec![without("Standard_NC24s_v3", "4 GPUs")]),
        ("Standard_DS2_v2", true, false, vec![]),
    ];
    for (size, there, given, said) in rows {
        let deployment = Deployment { instance_type: Some(size.into()), ..deployment() };
        let granted = granted(&deployment, &RunOptions::default(), &about(there, Ports::Loopback));
        assert_eq!((granted.gpus, texts(granted.notes)), (given, said), "{size}");
    }
}

#[test]
fn copies_are_named_as_the_project_has_them() {
    let deployment = Deployment { file: "/home/me/project/deployment.yml".into(), ..deployment() };
    let paths = ["/home/me/project/src", "/data/model"].map(PathBuf::from);
    let expected = "NotFaithful: blue: the engine does not see this machine's files: src, /data/model copied into each instance, where a program can change its copy";
    assert_eq!(texts(copied(&deployment, &paths)), [expected]);
    assert!(copied(&deployment, &[]).is_none());
}

#[test]
fn ports_on_another_machine_are_warned_of() {
    let other = Ports::Host("10.0.0.7".parse().unwrap());
    let expected = "InstancePortsOpen: the engine is on another machine: its instances' own ports are open on 10.0.0.7, to whoever reaches that address, without a key";
    assert_eq!(texts(open_ports(&about(false, other))), [expected]);
    assert!(open_ports(&about(false, Ports::Containers { network: "bridge".into() })).is_none());
}
