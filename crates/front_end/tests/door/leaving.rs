//! Clients that do not wait.

use crate::admission::send;
use crate::client::{connect, head, post};
use crate::container::{Container, Gate, gate, through};
use crate::stage::Stage;
use model::Reason;
use std::sync::LazyLock;

#[tokio::test(crate = "crate::scene")]
async fn during_the_run_the_container_goes_on() {
    let gate = gate();
    let mut blue = Container::gated(&gate).await;
    let mut stage = Stage::blue(&[&blue], |_| {}).await;
    let mut client = connect(stage.door).await;
    client.send(post("", "{}")).await;
    blue.seen().await;
    drop(client);
    let exchange = stage.exchange().await;
    assert_eq!((exchange.response_code, exchange.reason), (0, Some(Reason::ClientClosed)));
    stage.until(0, 0, 1).await;
    gate.add_permits(1);
    assert_eq!(blue.notes.recv().await, Some("answers"));
    stage.until(0, 0, 0).await;
    assert!(stage.no_exchange());
}

#[tokio::test(crate = "crate::scene")]
async fn in_the_queue_nothing_reaches_the_container() {
    let gate = gate();
    let mut blue = Container::gated(&gate).await;
    let mut stage = Stage::blue(&[&blue], |_| {}).await;
    let first = send(stage.door, "first");
    blue.seen().await;
    let mut second = connect(stage.door).await;
    second.send(post("", "second")).await;
    stage.until(2, 1, 0).await;
    drop(second);
    assert_eq!(stage.exchange().await.reason, Some(Reason::ClientClosed));
    stage.until(1, 0, 0).await;
    gate.add_permits(1);
    assert_eq!(first.await.unwrap().text(), "first");
    assert!(blue.saw_nothing());
}

#[tokio::test(crate = "crate::scene")]
async fn in_the_upload_nothing_reaches_the_container() {
    let mut blue = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let mut stage = Stage::blue(&[&blue], |_| {}).await;
    let mut client = connect(stage.door).await;
    client.send(head("POST /score", "content-length: 10\r\n") + "abc").await;
    stage.until(1, 0, 0).await;
    drop(client);
    let exchange = stage.exchange().await;
    assert_eq!((exchange.response_code, exchange.reason), (0, Some(Reason::ClientClosed)));
    stage.until(0, 0, 0).await;
    assert!(blue.saw_nothing());
}

#[tokio::test(crate = "crate::scene")]
async fn in_the_answer_the_container_is_read_to_its_end() {
    static GATE: LazyLock<Gate> = LazyLock::new(gate);
    let mut blue = Container::start(|mut turn| async move {
        turn.wire.send("HTTP/1.1 200 OK\r\ncontent-length: 9000001\r\n\r\na").await;
        through(&GATE).await;
        turn.wire.send(vec![b'x'; 9_000_000]).await;
        turn.note.send("all sent").unwrap();
    })
    .await;
    let mut stage = Stage::blue(&[&blue], |_| {}).await;
    let mut client = connect(stage.door).await;
    client.send(post("", "{}")).await;
    client.head().await.unwrap();
    client.exactly(1).await.unwrap();
    drop(client);
    let exchange = stage.exchange().await;
    assert_eq!((exchange.response_code, exchange.reason), (200, Some(Reason::ClientClosed)));
    stage.until(0, 0, 1).await;
    GATE.add_permits(1);
    assert_eq!(blue.notes.recv().await, Some("all sent"));
    stage.until(0, 0, 0).await;
}
