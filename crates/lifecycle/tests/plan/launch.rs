//! One instance as it is handed to an engine.

use crate::deployment::{IMAGE, custom_container, deployment};
use engine::{Base, EngineKind, Labels, Launch, PortUse};
use lifecycle::plan::{InstancePlan, launch};
use model::{Deployment, InstanceId};
use std::path::Path;

fn launched(deployment: &Deployment, kind: EngineKind) -> (Launch, &'static str) {
    let (endpoint, name) = (deployment.endpoint.clone(), deployment.name.clone());
    let plan = InstancePlan {
        deployment,
        id: &InstanceId { endpoint, deployment: name, number: 0 },
        base: &Base { name: IMAGE.into(), id: IMAGE.into(), made: false, facts: Default::default() },
        conda_environment: None,
        kind,
        name: "blue-0".into(),
        labels: Labels::new(),
        launcher: Path::new("/cache/serve.py"),
        private_root: "/run/blue-0".into(),
        limits: None,
        gpus: false,
    };
    let (launch, rule, _) = launch(&plan);
    (launch, rule)
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
