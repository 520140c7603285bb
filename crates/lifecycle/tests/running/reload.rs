//! New code for instances that run; their host is a listener that answers as the real one does (`tests/e2e` has that).

use crate::deployment::deployment;
use crate::port::Port;
use crate::scale::Busy;
use crate::stage::{Stage, ended, serving, soon};
use diagnosis::{Diagnosis, start};
use engine::PortUse;
use engine::scripted::Script;
use lifecycle::Operation;
use lifecycle::plan::{Signature, signature};
use model::{Deployment, Probe, RunOptions};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What it was asked, in order; and how it answers a boot.
struct Host {
    address: SocketAddr,
    asked: watch::Sender<Vec<String>>,
}

impl Host {
    async fn answering(boot: Vec<Value>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, asked, boot) = (listener.local_addr().unwrap(), watch::Sender::new(vec![]), Arc::new(boot));
        let told = asked.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, told.clone(), boot.clone()));
            }
        });
        Self { address, asked }
    }

    async fn asked(&self, wanted: &[&str]) {
        let mut asked = self.asked.subscribe();
        soon(asked.wait_for(|asked| asked.iter().map(String::as_str).eq(wanted.iter().copied()))).await.unwrap();
    }
}

async fn answer(mut stream: TcpStream, asked: watch::Sender<Vec<String>>, boot: Arc<Vec<Value>>) {
    let mut line = String::new();
    BufReader::new(&mut stream).read_line(&mut line).await.unwrap();
    let command: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(command["token"].as_str().unwrap().len(), 32);
    let word = |name: &str| command[name].as_str().unwrap().to_owned();
    let answers = match word("do").as_str() {
        "boot" => boot.to_vec(),
        "serve" => vec![json!({"event": "serves"})],
        _ => vec![json!({"event": "ended", "code": 0})],
    };
    for answer in answers {
        stream.write_all(format!("{answer}\n").as_bytes()).await.unwrap();
    }
    asked.send_modify(|asked| asked.push(format!("{} {}", word("do"), word("on"))));
    // A start that is not over keeps its connection, until nobody wants to know any more.
    let _ = stream.read_u8().await;
}

fn booting(then: &[Value]) -> Vec<Value> {
    [&[json!({"event": "booting", "generation": 2, "others": [7, 8]})], then].concat()
}

fn watching() -> RunOptions {
    RunOptions { watch: Some(true), ..RunOptions::default() }
}

/// An instance with a second port and this host.
fn hosted(port: &Port, spare: &Port, host: SocketAddr) -> Script {
    let ports = [(PortUse::Spare, spare.address), (PortUse::Control, host)].into();
    Script { ports, ..serving(port) }
}

fn put(stage: &Stage, deployment: &Deployment, code: &str) -> Operation {
    let signature = Signature { instance: code.into(), whole: code.into(), ..signature(deployment, &watching()) };
    stage.lifecycle.put_deployment(deployment.clone(), signature, watching(), None)
}

/// What serves, on its first port; and what becomes of code that changes.
async fn followed(deployment: &Deployment, boot: Vec<Value>) -> (Stage, Host, [Port; 2]) {
    let ports = [Port::answering([200]).await, Port::answering([200]).await];
    let host = Host::answering(boot).await;
    let stage = Stage::new([hosted(&ports[0], &ports[1], host.address), serving(&ports[0])]);
    ended(put(&stage, deployment, "old")).await.unwrap();
    (stage, host, ports)
}

#[tokio::test]
async fn the_second_port_takes_over_and_the_first_is_given_back() {
    let (stage, host, ports) = followed(&deployment(), booting(&[json!({"event": "ready"})])).await;
    let before = stage.ready().await.instances[0].clone();
    ended(put(&stage, &deployment(), "new")).await.unwrap();
    let after = stage.ready().await.instances[0].clone();
    assert_eq!((after.id, after.address), (before.id, ports[1].address));
    assert!(after.generation > before.generation, "its requests are not taken for those of the old code");
    host.asked(&["boot spare", "serve spare", "retire serve"]).await;
    ended(put(&stage, &deployment(), "newer")).await.unwrap();
    assert_eq!(stage.ready().await.instances[0].address, ports[0].address);
    assert_eq!((stage.docker.launches().len(), stage.document().instances[0].restarts), (1, 0));
}

#[tokio::test]
async fn code_that_does_not_start_leaves_the_old_serving() {
    let (stage, host, ports) = followed(&deployment(), booting(&[json!({"event": "ended", "code": 3})])).await;
    let before = stage.ready().await;
    let failure = ended(put(&stage, &deployment(), "new")).await.unwrap_err();
    assert_eq!(failure.code, start::RESOURCE_NOT_READY);
    host.asked(&["boot spare", "retire spare"]).await;
    assert_eq!((stage.ready().await, before.instances[0].address), (before, ports[0].address));
    assert_eq!(stage.docker.launches().len(), 1);
}

/// A hook of the server may end it when `init()` is done.
#[tokio::test]
async fn a_server_that_ends_before_it_answers_has_failed() {
    let port = Port::answering([200]).await;
    let ends = [json!({"event": "ready"}), json!({"event": "ended", "code": 3})];
    let host = Host::answering(booting(&ends)).await;
    let ports = [(PortUse::Spare, Port::refused()), (PortUse::Control, host.address)].into();
    let stage = Stage::new([Script { ports, ..serving(&port) }]);
    ended(put(&stage, &deployment(), "old")).await.unwrap();
    let failure = ended(put(&stage, &deployment(), "new")).await.unwrap_err();
    assert_eq!(failure.code, start::RESOURCE_NOT_READY);
    host.asked(&["boot spare", "retire spare"]).await;
}

#[tokio::test]
async fn code_that_is_silent_is_given_up_when_azure_would_kill_it() {
    let second = Duration::from_secs(1);
    let liveness_probe =
        Probe { initial_delay: second, period: second, timeout: second, failure_threshold: 1, ..Probe::default() };
    let impatient = Deployment { liveness_probe, ..deployment() };
    let (stage, host, _ports) = followed(&impatient, booting(&[])).await;
    let failure = ended(put(&stage, &impatient, "new")).await.unwrap_err();
    assert_eq!(failure.cause, Some(start::INIT_TIMEOUT), "{failure:?}");
    host.asked(&["boot spare", "retire spare"]).await;
}

#[tokio::test]
async fn a_newer_save_gives_the_one_before_up() {
    let (stage, host, _ports) = followed(&deployment(), booting(&[])).await;
    let superseded = put(&stage, &deployment(), "new");
    host.asked(&["boot spare"]).await;
    drop(put(&stage, &deployment(), "newer"));
    assert_eq!(ended(superseded).await.unwrap_err().code, start::OPERATION_CANCELED);
    host.asked(&["boot spare", "retire spare", "boot spare"]).await;
}

/// The new code comes up in an instance of its own.
async fn rolls(stage: &Stage, operation: Operation) -> Result<(), Diagnosis> {
    let done = ended(operation).await;
    assert_eq!(stage.docker.launches().len(), 2);
    done
}

#[tokio::test]
async fn memory_that_both_do_not_fit_in_goes_the_rolling_way() {
    let sized = Deployment { instance_type: Some("Standard_F2s_v2".into()), ..deployment() };
    let (stage, host, _ports) = followed(&sized, booting(&[])).await;
    let handle = stage.running().await[0].clone();
    let operation = put(&stage, &sized, "new");
    host.asked(&["boot spare"]).await;
    stage.docker.runs_out_of_memory(&handle);
    rolls(&stage, operation).await.unwrap();
}

/// As one that never ends would, long after its client has its 408.
#[tokio::test]
async fn a_request_of_the_code_before_the_last_does_not_hold_the_next_up() {
    let (stage, _host, _ports) = followed(&deployment(), booting(&[json!({"event": "ready"})])).await;
    let busy = Arc::new(Busy(watch::Sender::new(true)));
    stage.lifecycle.serves_through(busy.clone());
    ended(put(&stage, &deployment(), "new")).await.unwrap();
    assert_eq!(stage.docker.launches().len(), 1);
    rolls(&stage, put(&stage, &deployment(), "newer")).await.unwrap();
    // The instance finishes the request all the same.
    assert_eq!((stage.running().await.len(), busy.0.receiver_count() > 0), (2, true));
    busy.0.send_replace(false);
    stage.gone(1).await;
}

#[tokio::test]
async fn a_host_that_does_not_answer_goes_the_rolling_way() {
    let ports = [Port::answering([200]).await, Port::answering([200]).await];
    let nobody = Port::refused();
    let stage = Stage::new([hosted(&ports[0], &ports[1], nobody), serving(&ports[0])]);
    ended(put(&stage, &deployment(), "old")).await.unwrap();
    rolls(&stage, put(&stage, &deployment(), "new")).await.unwrap();
}

#[tokio::test]
async fn what_was_hosted_is_never_taken_over() {
    let (stage, _host, _ports) = followed(&deployment(), vec![]).await;
    let labels = &stage.docker.launches()[0].labels;
    assert!(labels.contains_key("dev.local-endpoint.instance") && !labels.contains_key("dev.local-endpoint.plan"));
}
