//! Connections to a custom container are kept between requests; those to the inference server never.

use crate::admission::send;
use crate::client::{ask, post};
use crate::container::{Container, Turn};
use crate::stage::{Stage, deployment, endpoint};
use model::{Reason, ServedDeployment, UpstreamMode};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

fn streaming(blue: &mut ServedDeployment) {
    blue.upstream = UpstreamMode::Streaming;
}

/// Answers what comes on its connection, and notes `again` and the end.
async fn keeps(mut turn: Turn) {
    loop {
        turn.wire.send(OK).await;
        let Ok(head) = turn.wire.head().await else { break };
        turn.wire.body(&head, false).await.unwrap();
        turn.note.send("again").unwrap();
    }
    let _ = turn.note.send("closed");
}

#[tokio::test(crate = "crate::scene")]
async fn the_next_request_takes_the_same_connection() {
    let mut blue = Container::start(keeps).await;
    let stage = Stage::blue(&[&blue], streaming).await;
    for _ in 0..3 {
        assert_eq!(ask(stage.door, post("", "{}")).await.text(), "ok");
    }
    blue.seen().await;
    assert!(blue.saw_nothing(), "a second connection");
    assert_eq!(blue.notes.recv().await, Some("again"));
    assert_eq!(blue.notes.recv().await, Some("again"));
    assert_eq!(blue.notes.recv().await, Some("closed"), "the door keeps an unused connection for a moment only");
}

#[tokio::test(crate = "crate::scene")]
async fn the_inference_server_gets_a_connection_a_request() {
    let mut blue = Container::start(keeps).await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    for _ in 0..2 {
        assert_eq!(ask(stage.door, post("", "{}")).await.text(), "ok");
        blue.seen().await;
        assert_eq!(blue.notes.recv().await, Some("closed"));
    }
}

#[tokio::test(crate = "crate::scene")]
async fn a_connection_that_the_container_closed_is_replaced() {
    let mut blue = Container::start(|mut turn| async move {
        turn.wire.send(OK).await;
        drop(turn.wire);
        turn.note.send("closed").unwrap();
    })
    .await;
    let stage = Stage::blue(&[&blue], streaming).await;
    for _ in 0..5 {
        assert_eq!(ask(stage.door, post("", "{}")).await.text(), "ok");
        assert_eq!(blue.notes.recv().await, Some("closed"));
    }
}

#[tokio::test(crate = "crate::scene")]
async fn a_request_that_may_have_been_seen_is_not_sent_again() {
    let mut blue = Container::start(|mut turn| async move {
        turn.wire.send(OK).await;
        turn.wire.head().await.unwrap();
        drop(turn.wire);
    })
    .await;
    let mut stage = Stage::blue(&[&blue], streaming).await;
    assert_eq!(ask(stage.door, post("", "{}")).await.status(), 200);
    assert_eq!(ask(stage.door, post("", "{}")).await.status(), 424);
    stage.exchange().await;
    assert_eq!(stage.exchange().await.reason, Some(Reason::UpstreamClosed));
    blue.seen().await;
    assert!(blue.saw_nothing(), "it was sent on another connection");
}

#[tokio::test(crate = "crate::scene")]
async fn there_are_as_many_connections_as_requests_may_run() {
    let mut blue = Container::start(keeps).await;
    let stage = Stage::blue(&[&blue], |blue| {
        streaming(blue);
        blue.limits.instance_count = 10;
        blue.limits.max_concurrent_requests_per_instance = 2;
    })
    .await;
    let asked: Vec<_> = (0..20).map(|_| send(stage.door, "{}")).collect();
    for answer in asked {
        assert_eq!(answer.await.unwrap().text(), "ok");
    }
    blue.seen().await;
    // The second one may have found the first one free again.
    let more = usize::from(!blue.saw_nothing());
    assert!(more == 0 || blue.saw_nothing(), "a third connection");
}

#[tokio::test(crate = "crate::scene")]
async fn what_leaves_the_fleet_keeps_no_connection() {
    let mut blue = Container::start(keeps).await;
    let green = Container::start(keeps).await;
    let stage = Stage::blue(&[&blue], streaming).await;
    assert_eq!(ask(stage.door, post("", "{}")).await.status(), 200);
    let mut restarted = deployment("blue", &[green.address]);
    streaming(&mut restarted);
    restarted.instances[0].generation = 1;
    stage.publish(endpoint(vec![restarted]));
    assert_eq!(blue.notes.recv().await, Some("closed"));
}
