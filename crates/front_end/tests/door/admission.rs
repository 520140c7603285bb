//! How many are let in, in which order they run, and when a place is free again.

use crate::client::{Answer, answer, ask, connect, post};
use crate::container::{Container, gate, through};
use crate::stage::{Stage, deployment, endpoint};
use model::Reason;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::task::JoinHandle;

pub fn send(door: SocketAddr, body: &str) -> JoinHandle<Answer> {
    send_to(door, "/score", body)
}

pub fn send_to(door: SocketAddr, path: &str, body: &str) -> JoinHandle<Answer> {
    let request = post("", body).replacen("/score", path, 1);
    tokio::spawn(async move { ask(door, request).await })
}

#[tokio::test(crate = "crate::scene")]
async fn twice_max_concurrent_times_count_and_then_429() {
    let gate = gate();
    let (mut one, mut two) = (Container::gated(&gate).await, Container::gated(&gate).await);
    let mut stage = Stage::blue(&[&one, &two], |blue| blue.limits.max_concurrent_requests_per_instance = 3).await;
    let admitted: Vec<_> = (0..12).map(|number| send(stage.door, &number.to_string())).collect();
    for _ in 0..3 {
        one.seen().await;
        two.seen().await;
    }
    stage.until(12, 6, 0).await;
    let refused: Vec<_> = (0..8).map(|_| send(stage.door, "x")).collect();
    let expected = "HTTP/1.1 429 Too Many Requests
azureml-model-deployment: blue
content-length: 0
content-type: text/plain
ms-azureml-model-error-reason: too_many_pending_request
server: azureml-frontdoor
x-request-id: GUID

";
    for answer in refused {
        assert_eq!(answer.await.unwrap().whole(), expected);
        let exchange = stage.exchange().await;
        assert_eq!((exchange.response_code, exchange.reason), (429, Some(Reason::TooManyPendingRequest)));
        assert_eq!(exchange.in_flight, 12);
    }
    gate.add_permits(12);
    for (number, answer) in admitted.into_iter().enumerate() {
        assert_eq!(answer.await.unwrap().text(), number.to_string());
    }
    stage.until(0, 0, 0).await;
}

#[tokio::test(crate = "crate::scene")]
async fn who_waits_is_served_in_order() {
    let gate = gate();
    let mut blue = Container::gated(&gate).await;
    let stage = Stage::blue(&[&blue], |blue| blue.limits.instance_count = 4).await;
    let mut answers = vec![];
    for number in 0..8 {
        answers.push(send(stage.door, &number.to_string()));
        stage.until(number + 1, number, 0).await;
    }
    for number in 0..8 {
        assert_eq!(blue.seen().await.text(), number.to_string());
        assert!(blue.saw_nothing());
        gate.add_permits(1);
    }
    for answer in answers {
        assert_eq!(answer.await.unwrap().status(), 200);
    }
}

#[tokio::test(crate = "crate::scene")]
async fn a_408_frees_ticket_and_instance_while_the_container_goes_on() {
    let gate = gate();
    let mut blue = Container::gated(&gate).await;
    let mut stage = Stage::blue(&[&blue], |blue| blue.limits.request_timeout = Duration::from_millis(500)).await;
    assert_eq!(ask(stage.door, post("", "late")).await.status(), 408);
    blue.seen().await;
    assert_eq!(stage.exchange().await.in_flight, 0);
    stage.until(0, 0, 1).await;

    let mut patient = deployment("blue", &[blue.address]);
    patient.limits.request_timeout = Duration::from_secs(20);
    stage.publish(endpoint(vec![patient]));
    let next = send(stage.door, "next");
    assert_eq!(blue.seen().await.text(), "next");
    stage.until(1, 0, 1).await;
    gate.add_permits(1);
    assert_eq!(blue.notes.recv().await, Some("answers"));
    stage.until(1, 0, 0).await;
    gate.add_permits(1);
    assert_eq!(next.await.unwrap().text(), "next");
    stage.until(0, 0, 0).await;
}

#[tokio::test(crate = "crate::scene")]
async fn the_wait_counts_towards_the_timeout() {
    let gate = gate();
    let mut blue = Container::gated(&gate).await;
    let stage = Stage::blue(&[&blue], |blue| blue.limits.request_timeout = Duration::from_secs(20)).await;
    let first = send(stage.door, "first");
    blue.seen().await;
    let mut hurried = deployment("blue", &[blue.address]);
    hurried.limits.request_timeout = Duration::from_millis(20);
    stage.publish(endpoint(vec![hurried]));
    assert_eq!(ask(stage.door, post("", "second")).await.text(), "upstream request timeout");
    assert!(blue.saw_nothing());
    stage.until(1, 0, 0).await;
    gate.add_permits(1);
    assert_eq!(first.await.unwrap().status(), 200);
}

#[tokio::test(crate = "crate::scene")]
async fn a_stalled_upload_does_not_hold_an_instance() {
    let mut blue = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    let mut stalled = connect(stage.door).await;
    let request = post("", "0123456789");
    stalled.send(&request[..request.len() - 4]).await;
    stage.until(1, 0, 0).await;
    assert_eq!(ask(stage.door, post("", "quick")).await.status(), 200);
    assert_eq!(blue.seen().await.text(), "quick");
    assert!(blue.saw_nothing());
    stalled.send(&request[request.len() - 4..]).await;
    assert_eq!(answer(&mut stalled).await.unwrap().text(), "ok");
    assert_eq!(blue.seen().await.text(), "0123456789");
}

#[tokio::test(crate = "crate::scene")]
async fn a_slow_answer_holds_ticket_and_instance_to_its_end() {
    static GATE: std::sync::LazyLock<crate::container::Gate> = std::sync::LazyLock::new(gate);
    let blue = Container::start(|mut turn| async move {
        turn.wire.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab").await;
        through(&GATE).await;
        turn.wire.send("cd").await;
    })
    .await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    let mut first = connect(stage.door).await;
    first.send(post("", "1")).await;
    first.head().await.unwrap();
    assert_eq!(first.exactly(2).await.unwrap(), b"ab");
    let second = send(stage.door, "2");
    stage.until(2, 1, 0).await;
    GATE.add_permits(2);
    assert_eq!(first.exactly(2).await.unwrap(), b"cd");
    assert_eq!(second.await.unwrap().text(), "abcd");
    stage.until(0, 0, 0).await;
}
