//! One instance as it is handed to an engine.

use crate::deployment::{IMAGE, custom_container, deployment};
use engine::{Base, EngineKind, Labels, Launch, Mount, PortUse};
use lifecycle::plan::{InstancePlan, Launcher, Planned, launch, mounts};
use model::{Deployment, InstanceId};
use std::path::Path;
use std::sync::LazyLock;

static ID: LazyLock<InstanceId> = LazyLock::new(|| {
    let deployment = deployment();
    InstanceId { endpoint: deployment.endpoint, deployment: deployment.name, number: 0 }
});
static MOUNTS: LazyLock<Vec<Mount>> = LazyLock::new(|| mounts(&deployment(), None));
static BASE: LazyLock<Base> = LazyLock::new(base);
static LAUNCHER: LazyLock<Launcher> =
    LazyLock::new(|| Launcher { script: "/cache/serve.py".into(), host: None, debugpy: None, collector: None });

pub fn base() -> Base {
    Base { name: IMAGE.into(), id: IMAGE.into(), made: false, facts: Default::default() }
}

pub fn plan(deployment: &Deployment) -> InstancePlan<'_> {
    InstancePlan {
        deployment,
        id: &ID,
        base: &BASE,
        mounts: &MOUNTS,
        conda_environment: None,
        kind: EngineKind::Docker,
        name: "blue-0".into(),
        labels: Labels::new(),
        launcher: &LAUNCHER,
        token: "secret",
        private_root: "/run/blue-0".into(),
        limits: None,
        outward: engine::Outward::Open,
        gpus: false,
        sidecar: None,
    }
}

fn launched(deployment: &Deployment, kind: EngineKind) -> (Launch, &'static str) {
    let Planned { launch, rule, .. } = launch(&InstancePlan { kind, ..plan(deployment) });
    (launch, rule)
}

fn hosted(deployment: &Deployment, kind: EngineKind) -> Planned {
    let launcher = &Launcher { host: Some("/cache/host".into()), ..LAUNCHER.clone() };
    launch(&InstancePlan { kind, launcher, ..plan(deployment) })
}

#[test]
fn a_host_is_mounted_with_two_ports_more_and_a_token() {
    let Planned { launch, hosted: is, .. } = hosted(&deployment(), EngineKind::Docker);
    assert!(is);
    assert_eq!(launch.ports, [(PortUse::Serve, 5001), (PortUse::Spare, 5002), (PortUse::Control, 5003)].into());
    assert_eq!(launch.mounts.last().map(|mount| mount.target.as_str()), Some("/local-endpoint-host"));
    assert_eq!(launch.env["LOCAL_ENDPOINT_HOST_TOKEN"], "secret");
    assert!(!launch.labels.values().any(|label| label == "secret"));
}

#[test]
fn a_process_runs_the_host_where_it_is() {
    let Planned { launch, .. } = hosted(&deployment(), EngineKind::Process);
    assert_eq!((launch.ports.len(), launch.mounts.len()), (3, 2));
}

#[test]
fn a_debugger_has_a_port_its_package_alone_and_all_the_time_there_is() {
    let mut deployment = deployment();
    deployment.environment_variables.insert("WORKER_TIMEOUT".into(), "30".into());
    let (host, debugpy) = (Some("/cache/host".into()), Some("/cache/site-packages/debugpy".into()));
    let launcher = &Launcher { host, debugpy, ..LAUNCHER.clone() };
    let Planned { launch, .. } = launch(&InstancePlan { launcher, ..plan(&deployment) });
    assert_eq!(launch.ports[&PortUse::Debug], 5004);
    assert_eq!(launch.mounts.last().map(|mount| mount.target.as_str()), Some("/local-endpoint-debugpy/debugpy"));
    assert_eq!((launch.env["WORKER_COUNT"].as_str(), launch.env["WORKER_TIMEOUT"].as_str()), ("1", "0"));
}

#[test]
fn who_starts_a_command_of_its_own_has_no_host() {
    let Planned { launch, hosted, .. } = hosted(&custom_container(), EngineKind::Docker);
    assert!(!hosted && launch.ports.len() == 1 && !launch.env.contains_key("LOCAL_ENDPOINT_HOST_TOKEN"));
}

#[test]
fn the_server_listens_and_is_probed_on_one_port() {
    let (launch, rule) = launched(&deployment(), EngineKind::Docker);
    assert_eq!(launch.ports, [(PortUse::Serve, 5001)].into());
    assert_eq!((rule, launch.mounts.len()), ("azmlinfsrv", 2));
    assert_eq!(launch.env["AZUREML_MODEL_DIR"], "/var/azureml-app/azureml-models/credit-model/3");
}

#[test]
fn a_process_has_its_paths_below_its_private_folder() {
    let (launch, _) = launched(&deployment(), EngineKind::Process);
    assert_eq!(launch.env["AML_APP_ROOT"], "/run/blue-0/var/azureml-app/src");
    assert_eq!(launch.private_root, Path::new("/run/blue-0"));
}

#[test]
fn a_custom_container_has_the_ports_of_its_routes() {
    let mut deployment = custom_container();
    assert_eq!(launched(&deployment, EngineKind::Docker).0.ports, [(PortUse::Serve, 8080)].into());
    deployment.environment.inference_config.as_mut().unwrap().liveness_route.port = 8081;
    let ports = launched(&deployment, EngineKind::Docker).0.ports;
    assert_eq!(ports, [(PortUse::Serve, 8080), (PortUse::Liveness, 8081)].into());
}
