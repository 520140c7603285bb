//! Memory that runs out, in every form.

use crate::deployment::deployment;
use crate::port::Port;
use crate::stage::{Stage, printed, serving};
use diagnosis::{plan, start};
use engine::Exit;
use engine::scripted::Script;
use model::{Deployment, DeploymentKind, DeploymentName, EngineChoice, Resources, RunOptions, SkuLimits};

const KILLED: &str =
    "2026-11-22 15:24:41,207 E [26546] gunicorn.error - Worker (pid:26560) was sent SIGKILL! Perhaps out of memory?";
const TIMED_OUT: &str = "2026-11-22 15:24:40,207 C [26546] gunicorn.error - WORKER TIMEOUT (pid:26560)";

fn sized(name: &str) -> Deployment {
    Deployment { instance_type: Some(name.into()), ..deployment() }
}

async fn limited() -> (Stage, Port) {
    let port = Port::answering([200]).await;
    let stage = Stage::new([serving(&port), serving(&port)]);
    stage.up(&sized("Standard_F2s_v2")).await.unwrap();
    (stage, port)
}

#[tokio::test]
async fn an_instance_gets_what_its_type_has() {
    let (stage, _port) = limited().await;
    let launch = &stage.docker.launches()[0];
    assert_eq!((launch.memory_bytes, launch.nano_cpus), (Some(4 << 30), Some(2_000_000_000)));
}

#[tokio::test]
async fn or_what_it_has_as_a_pod() {
    let port = Port::answering([200]).await;
    let stage = Stage::new([serving(&port)]);
    let limits = [("cpu", "500m"), ("memory", "512Mi")].map(|(name, most)| (name.to_owned(), most.to_owned())).into();
    let resources = Some(Resources { limits, ..Resources::default() });
    stage.up(&Deployment { kind: DeploymentKind::Kubernetes, resources, ..deployment() }).await.unwrap();
    let launch = &stage.docker.launches()[0];
    assert_eq!((launch.memory_bytes, launch.nano_cpus), (Some(512 << 20), Some(500_000_000)));
}

#[tokio::test]
async fn or_all_there_is() {
    let port = Port::answering([200]).await;
    let stage = Stage::new([serving(&port)]);
    let off = RunOptions { sku_limits: SkuLimits::Off, ..RunOptions::default() };
    crate::stage::ended(stage.put(&deployment(), off)).await.unwrap();
    assert_eq!((stage.docker.launches()[0].memory_bytes, stage.docker.launches()[0].nano_cpus), (None, None));
}

/// The scripted engine has 16 cores and 64 GiB.
#[tokio::test]
async fn an_engine_with_less_is_said() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([serving(&port)]);
    stage.up(&sized("Standard_F72s_v2")).await.unwrap();
    let said = stage.said().await;
    assert_eq!(said.code, plan::INSTANCE_SMALLER);
    printed("instance-smaller.txt", &[said]);
    assert_eq!(stage.docker.launches()[0].memory_bytes, Some(64 << 30));
}

#[tokio::test]
async fn the_container_is_killed() {
    let (mut stage, _port) = limited().await;
    let handle = stage.running().await[0].clone();
    stage.docker.end(&handle, Exit { code: 137, out_of_memory: true, error: String::new() });
    let said = stage.said().await;
    assert_eq!(said.cause, Some(start::POD_OUT_OF_MEMORY));
    printed("memory-container.txt", &[said]);
}

/// A busy engine tells of the memory last, while the last words of what has ended are awaited.
#[tokio::test]
async fn the_container_is_killed_and_the_memory_is_told_of_later() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([Script { held_open: true, ..serving(&port) }, serving(&port)]);
    stage.up(&sized("Standard_F2s_v2")).await.unwrap();
    let handle = stage.running().await[0].clone();
    stage.docker.end(&handle, Exit { code: 137, out_of_memory: false, error: String::new() });
    stage.served(|served| served.instances.iter().all(|instance| !instance.ready)).await;
    stage.docker.runs_out_of_memory(&handle);
    assert_eq!(stage.said().await.cause, Some(start::POD_OUT_OF_MEMORY));
    stage.ready().await;
    assert_eq!(stage.document().instances[0].restarts, 1);
}

#[tokio::test]
async fn a_worker_is_killed_and_the_container_lives_on() {
    let (mut stage, _port) = limited().await;
    let handle = stage.running().await[0].clone();
    stage.docker.runs_out_of_memory(&handle);
    let said = stage.said().await;
    assert_eq!(said.cause, Some(start::POD_OUT_OF_MEMORY));
    printed("memory-worker.txt", &[said]);
    assert_eq!((stage.ready().await.instances.len(), stage.document().instances[0].restarts), (1, 0));
}

/// Of a shell around the program the engine knows an exit code alone.
#[tokio::test]
async fn the_program_below_a_shell_is_killed() {
    let (mut stage, _port) = limited().await;
    let handle = stage.running().await[0].clone();
    stage.docker.runs_out_of_memory(&handle);
    stage.docker.end(&handle, Exit { code: 137, out_of_memory: false, error: String::new() });
    assert_eq!(stage.said().await.cause, Some(start::POD_OUT_OF_MEMORY));
    stage.state(model::InstanceState::Restarting).await;
}

#[tokio::test]
async fn memory_runs_out_in_init() {
    let port = Port::answering([]).await;
    let stage = Stage::new([serving(&port)]);
    let operation = stage.put(&sized("Standard_F2s_v2"), RunOptions::default());
    port.asked_at_least(1).await;
    let handle = stage.running().await[0].clone();
    stage.docker.runs_out_of_memory(&handle);
    let failure = crate::stage::ended(operation).await.unwrap_err();
    printed("memory-init.txt", &[failure]);
    assert!(stage.running().await.is_empty());
}

#[tokio::test]
async fn without_limits_the_server_tells() {
    let off = RunOptions { sku_limits: SkuLimits::Off, ..RunOptions::default() };
    let port = Port::answering([200]).await;
    let lines = vec![TIMED_OUT.into(), KILLED.replace("26560", "9"), "last".into()];
    let mut stage = Stage::new([engine::scripted::Script { lines, ..serving(&port) }]);
    crate::stage::ended(stage.put(&deployment(), off)).await.unwrap();
    let said = stage.said().await;
    assert_eq!(said.cause, Some(start::POD_OUT_OF_MEMORY));
}

#[tokio::test]
async fn processes_are_not_held_to_it_which_is_said_once() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([]);
    stage.process.then([serving(&port), serving(&port)]);
    let on_processes = RunOptions { engine: EngineChoice::Process, ..RunOptions::default() };
    let green = Deployment { name: DeploymentName::new("green"), ..sized("Standard_F2s_v2") };
    for deployment in [sized("Standard_F2s_v2"), green] {
        crate::stage::ended(stage.put(&deployment, on_processes.clone())).await.unwrap();
    }
    assert_eq!(stage.process.launches()[0].memory_bytes, None);
    printed("limits-not-kept.txt", &stage.all_said().await);
}
