//! The kubelet's schedule beside a running instance.

use crate::deployment::{IMAGE, deployment, no_code};
use crate::port::Port;
use crate::stage::{Stage, ended, serving};
use diagnosis::{plan, start};
use engine::scripted::Script;
use engine::{Base, EngineKind, ImageFacts, PortUse, Recipe};
use lifecycle::plan::{derived, environment};
use model::{Deployment, InstanceState, Probe, RunOptions, TimeScale};
use std::time::Duration;

const NEVER: Duration = Duration::from_secs(3600);

fn never() -> Probe {
    Probe { initial_delay: NEVER, ..Probe::default() }
}

/// Every 20 ms, from 20 ms on.
fn quick(failure_threshold: u32) -> Probe {
    let (initial_delay, period) = (Duration::from_millis(20), Duration::from_millis(20));
    Probe { initial_delay, period, failure_threshold, ..Probe::default() }
}

fn alive(probe: Probe) -> Deployment {
    Deployment { liveness_probe: probe, readiness_probe: never(), ..deployment() }
}

fn available(probe: Probe) -> Deployment {
    Deployment { liveness_probe: never(), readiness_probe: probe, ..deployment() }
}

#[tokio::test]
async fn liveness_restarts_at_a_new_address_in_a_new_generation() {
    let (first, second) = (Port::answering([200]).await, Port::answering([200]).await);
    let mut stage = Stage::new([serving(&first), serving(&second)]);
    stage.up(&alive(quick(3))).await.unwrap();
    let before = stage.ready().await.instances[0].clone();
    first.answer(500);
    let at_second = |at: &model::ServedInstance| at.address == second.address && at.ready;
    let after = stage.served(|served| served.instances.iter().any(at_second)).await.instances[0].clone();
    assert_eq!((before.address, after.id.clone()), (first.address, before.id));
    assert!(after.generation > before.generation);
    assert_eq!((stage.document().instances[0].restarts, stage.running().await.len()), (1, 1));
    let said = stage.said().await;
    assert_eq!((said.code, said.cause), (start::RESOURCE_NOT_READY, Some(start::LIVENESS_PROBE_FAILED)));
}

#[tokio::test]
async fn fewer_failures_than_the_threshold_change_nothing() {
    let port = Port::answering([200, 500, 500, 200]).await;
    let stage = Stage::new([serving(&port)]);
    stage.up(&alive(quick(3))).await.unwrap();
    port.asked_at_least(6).await;
    assert_eq!(stage.document().instances[0].restarts, 0);
    assert!(stage.ready().await.instances[0].ready);
}

#[tokio::test]
async fn readiness_removes_and_brings_back() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([serving(&port)]);
    stage.up(&available(quick(2))).await.unwrap();
    let before = stage.ready().await.instances[0].clone();
    port.answer(503);
    let away = stage.served(|served| !served.instances[0].ready).await;
    assert_eq!(away.instances[0].address, port.address);
    stage.state(InstanceState::Unready).await;
    port.answer(200);
    assert_eq!(stage.ready().await.instances[0], before);
    assert_eq!(stage.document().instances[0].restarts, 0);
}

/// Our own check has found it ready; that readiness asks for two successes in a row keeps nothing in the fleet.
#[tokio::test]
async fn readiness_that_never_passes_removes_whatever_success_threshold_says() {
    let port = Port::answering([200, 503]).await;
    let stage = Stage::new([serving(&port)]);
    stage.up(&available(Probe { success_threshold: 2, ..quick(2) })).await.unwrap();
    stage.served(|served| !served.instances[0].ready).await;
}

#[tokio::test]
async fn the_first_readiness_probe_comes_after_initial_delay() {
    let port = Port::answering([200]).await;
    let stage = Stage::new([serving(&port)]);
    stage.up(&available(Probe { period: NEVER, ..quick(1) })).await.unwrap();
    port.asked_at_least(2).await;
}

/// Alive for ever and never ready: the start ends all the same.
#[tokio::test]
async fn an_instance_that_lives_and_is_never_ready_fails_to_start() {
    let (alive, unready) = (Port::answering([200]).await, Port::answering([503]).await);
    let script = Script { ports: [(PortUse::Readiness, unready.address)].into(), ..serving(&alive) };
    let stage = Stage::new([script]);
    let mut wanted = Deployment { liveness_probe: quick(2), readiness_probe: quick(3), ..no_code("triton") };
    let routes = wanted.environment.inference_config.as_mut().unwrap();
    routes.readiness_route.port = routes.scoring_route.port + 1;
    let failed = stage.up(&wanted).await.unwrap_err();
    assert_eq!((failed.code, failed.cause), (start::RESOURCE_NOT_READY, Some(start::READINESS_PROBE_FAILED)));
    assert_eq!(failed.facts, [("probe".to_owned(), "HTTP probe failed with statuscode: 503".to_owned())]);
    let last = stage.document().instances[0].events.last().unwrap().clone();
    assert_eq!((last.name.as_str(), stage.running().await.len()), ("ReadinessProbeFailed", 0));
}

/// As above, while nobody knows whether it lives: its liveness probe decides.
#[tokio::test]
async fn who_does_not_live_yet_is_not_blamed_for_readiness() {
    let port = Port::answering([503]).await;
    let stage = Stage::new([serving(&port)]);
    let patient = Probe { failure_threshold: 20, ..quick(1) };
    let wanted = Deployment { liveness_probe: patient, readiness_probe: quick(1), ..deployment() };
    assert_eq!(stage.up(&wanted).await.unwrap_err().cause, Some(start::LIVENESS_PROBE_FAILED));
}

/// A start that the startup probe kills says whose time was up.
#[tokio::test]
async fn a_startup_probe_that_never_passes_kills() {
    let port = Port::answering([503]).await;
    let stage = Stage::new([serving(&port)]);
    let wanted = Deployment { startup_probe: Some(quick(2)), ..alive(never()) };
    let failed = stage.up(&wanted).await.unwrap_err();
    assert_eq!((failed.code, failed.cause), (start::RESOURCE_NOT_READY, Some(start::LIVENESS_PROBE_FAILED)));
    let killed = ["StartupProbeFailed", "Killing"];
    let events = &stage.document().instances[0].events;
    let names: Vec<_> = events.iter().map(|event| event.name.as_str()).filter(|name| killed.contains(name)).collect();
    assert_eq!(names, killed);
    assert_eq!(events.last().unwrap().message, "Container inference-server failed startup probe, will be restarted");
}

/// Liveness and readiness would have killed and removed it by then.
#[tokio::test]
async fn a_startup_probe_keeps_the_others_back_until_it_passes() {
    let port = Port::answering([200, 500, 500, 500, 500, 200]).await;
    let stage = Stage::new([serving(&port)]);
    let startup = Some(quick(100));
    stage.up(&Deployment { startup_probe: startup, liveness_probe: quick(1), ..available(quick(1)) }).await.unwrap();
    port.asked_at_least(9).await;
    assert_eq!(stage.document().instances[0].restarts, 0);
    let names = stage.document().instances[0].events.iter().map(|event| event.name.clone()).collect::<Vec<_>>();
    assert!(!names.iter().any(|name| name == "LivenessProbeFailed" || name == "ReadinessProbeFailed"), "{names:?}");
}

#[tokio::test]
async fn a_faster_clock_kills_sooner() {
    let port = Port::answering([503]).await;
    let stage = Stage::new([serving(&port)]);
    let options = RunOptions { time_scale: TimeScale::new(1000).unwrap(), ..RunOptions::default() };
    let failed = ended(stage.put(&alive(Probe::default()), options)).await.unwrap_err();
    let told = |words| failed.message.contains(words);
    assert!(told("failed its liveness probe for") && told("1000 times faster"), "{}", failed.message);
}

#[tokio::test]
async fn a_start_that_used_more_than_half_of_its_time_is_told_of() {
    let port = Port::answering([503, 503, 503, 503, 503, 503, 200]).await;
    let mut stage = Stage::new([serving(&port)]);
    let seldom = |initial_delay| Probe { initial_delay, failure_threshold: 1, ..Probe::default() };
    stage.up(&alive(seldom(Duration::from_millis(2900)))).await.unwrap();
    let said = stage.said().await;
    assert_eq!(said.code, plan::PROBE_MARGIN_SMALL, "{said:?}");
    let start = stage.document().instances[0].start.clone().unwrap();
    assert_eq!((start.killed_at_ms, start.verdict.as_str()), (4900, "tight"));
    assert_eq!(start.safe_initial_delay, (2 * start.took_ms).div_ceil(1000), "{start:?}");
}

#[tokio::test]
async fn a_quick_start_is_kept_and_not_told_of() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([serving(&port)]);
    stage.up(&alive(Probe::default())).await.unwrap();
    assert_eq!(stage.all_said().await, vec![]);
    let start = stage.document().instances[0].start.clone().unwrap();
    assert_eq!((start.killed_at_ms, start.verdict.as_str(), start.safe_initial_delay), (302_000, "safe", 1));
}

/// A quick start here, of packages that took long to install: Azure installs them before the first answer.
#[tokio::test]
async fn what_azure_would_install_counts() {
    let port = Port::answering([200]).await;
    let mut stage = Stage::new([serving(&port)]);
    let deployment = no_code("mlflow");
    installed(&stage, &deployment, "400000");
    stage.up(&deployment).await.unwrap();
    let told = stage.all_said().await.into_iter().find(|said| said.code == plan::PROBE_WOULD_KILL).unwrap();
    let start = stage.document().instances[0].start.clone().unwrap();
    assert_eq!((start.installing_ms, start.verdict.as_str()), (400_000, "killed"));
    let safe = (2 * (start.took_ms + start.installing_ms) - 290_000).div_ceil(1000);
    assert_eq!(start.safe_initial_delay, safe, "{start:?}");
    let expected = "blue: the start took 400 s with the 400 s that its packages took here, which Azure installs when an \
                    MLflow model without code starts; with these settings Azure kills it at 302 s; the smallest safe \
                    initial_delay of liveness_probe is";
    assert_eq!(told.message, format!("{expected} {safe} s"));
}

/// As an `up` before this one has left it.
fn installed(stage: &Stage, deployment: &Deployment, milliseconds: &str) {
    let conda = environment(deployment, EngineKind::Docker, &RunOptions::default()).unwrap();
    let base = Base { name: IMAGE.into(), id: IMAGE.into(), made: false, facts: ImageFacts::default() };
    let made = derived(&base, conda.recipe, &conda.conda.unwrap()).recipe;
    let Recipe::Derived { tag, .. } = made else { panic!("{made:?}") };
    let folder = stage.folder.path().join("cache/installed");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(tag.replace(['/', ':'], "-")), milliseconds).unwrap();
}
