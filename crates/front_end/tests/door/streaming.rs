//! Bodies that pass as they come.

use crate::client::{connect, head, post};
use crate::container::{Container, Gate, gate, through};
use crate::stage::Stage;
use model::{Reason, UpstreamMode};
use std::sync::LazyLock;
use std::time::Duration;

#[tokio::test(crate = "crate::scene")]
async fn events_pass_as_they_come() {
    static GATE: LazyLock<Gate> = LazyLock::new(gate);
    let blue = Container::start(|mut turn| async move {
        turn.wire
            .send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
            .await;
        for _ in 0..3 {
            turn.wire.send("9\r\ndata: 1\n\n\r\n").await;
            through(&GATE).await;
        }
        turn.wire.send("0\r\n\r\n").await;
    })
    .await;
    let mut stage = Stage::blue(&[&blue], |_| {}).await;
    let mut client = connect(stage.door).await;
    client.send(post("", "{}")).await;
    assert_eq!(client.head().await.unwrap().one("content-type"), "text/event-stream");
    for _ in 0..3 {
        assert_eq!(client.chunk().await.unwrap().as_deref(), Some(&b"data: 1\n\n"[..]));
        stage.until(1, 0, 0).await;
        GATE.add_permits(1);
    }
    assert_eq!(client.chunk().await.unwrap(), None);
    stage.until(0, 0, 0).await;
    assert_eq!(stage.exchange().await.response_payload_bytes, 27);
}

#[tokio::test(crate = "crate::scene")]
async fn a_timeout_after_the_status_cuts_the_stream() {
    let blue = Container::start(|mut turn| async move {
        turn.wire.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n").await;
        std::future::pending::<()>().await;
    })
    .await;
    let mut stage = Stage::blue(&[&blue], |blue| blue.limits.request_timeout = Duration::from_millis(500)).await;
    let mut client = connect(stage.door).await;
    client.send(post("", "{}")).await;
    client.head().await.unwrap();
    assert_eq!(client.rest().await.unwrap(), b"1\r\na\r\n");
    let exchange = stage.exchange().await;
    assert_eq!((exchange.response_code, exchange.reason), (200, Some(Reason::UpstreamRequestTimeout)));
    stage.until(0, 0, 1).await;
}

#[tokio::test(crate = "crate::scene")]
async fn an_answer_that_breaks_off_has_no_end() {
    let blue = Container::says("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n").await;
    let mut stage = Stage::blue(&[&blue], |_| {}).await;
    let mut client = connect(stage.door).await;
    client.send(post("", "{}")).await;
    client.head().await.unwrap();
    assert_eq!(client.rest().await.unwrap(), b"1\r\na\r\n");
    let exchange = stage.exchange().await;
    assert_eq!((exchange.response_code, exchange.reason), (200, Some(Reason::UpstreamClosed)));
    stage.until(0, 0, 0).await;
}

#[tokio::test(crate = "crate::scene")]
async fn a_custom_container_reads_the_body_as_it_comes() {
    let mut blue = Container::raw(|mut turn| async move {
        assert_eq!(turn.wire.chunk().await.unwrap().as_deref(), Some(&b"abc"[..]));
        turn.note.send("abc").unwrap();
        assert_eq!(turn.wire.chunk().await.unwrap().as_deref(), Some(&b"defg"[..]));
        assert_eq!(turn.wire.chunk().await.unwrap(), None);
        turn.wire.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    })
    .await;
    let mut stage = Stage::blue(&[&blue], |blue| blue.upstream = UpstreamMode::Streaming).await;
    let mut client = connect(stage.door).await;
    client.send(head("POST /score", "transfer-encoding: chunked\r\n") + "3\r\nabc\r\n").await;
    assert_eq!(blue.notes.recv().await, Some("abc"));
    client.send("4\r\ndefg\r\n0\r\n\r\n").await;
    assert_eq!(client.head().await.unwrap().start, "HTTP/1.1 200 OK");
    assert_eq!(stage.exchange().await.request_payload_bytes, 7);
}

#[tokio::test(crate = "crate::scene")]
async fn the_timeout_stands_still_while_a_streamed_body_arrives() {
    let mut blue = Container::raw(|mut turn| async move {
        turn.wire.exactly(1034).await.unwrap();
        turn.note.send("whole").unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let mut stage = Stage::blue(&[&blue], |blue| {
        blue.upstream = UpstreamMode::Streaming;
        blue.limits.request_timeout = Duration::from_millis(50);
    })
    .await;
    let mut client = connect(stage.door).await;
    // A kilobyte buys a second.
    client.send(head("POST /score", "content-length: 1034\r\n") + &"a".repeat(1029)).await;
    assert_eq!(blue.seen().await.head.one("content-length"), "1034");
    let timed_out = tokio::time::timeout(Duration::from_millis(200), client.head()).await;
    assert!(timed_out.is_err(), "the deadline ran during the upload");
    client.send("56789").await;
    assert_eq!(blue.notes.recv().await, Some("whole"));
    assert_eq!(client.head().await.unwrap().start, "HTTP/1.1 408 Request Timeout");
    assert_eq!(stage.exchange().await.reason, Some(Reason::UpstreamRequestTimeout));
    stage.until(0, 0, 1).await;
}

#[tokio::test(crate = "crate::scene")]
async fn a_stalled_streamed_upload_frees_its_instance() {
    let mut blue = Container::raw(|mut turn| async move {
        let _ = turn.wire.exactly(10).await;
    })
    .await;
    let served = crate::stage::deployment("blue", &[blue.address]);
    let served = model::ServedDeployment { upstream: UpstreamMode::Streaming, ..served };
    let mut stage = Stage::with(crate::stage::endpoint(vec![served]), |config| {
        config.body_idle = Duration::from_millis(20);
    })
    .await;
    let mut client = connect(stage.door).await;
    client.send(head("POST /score", "content-length: 10\r\n") + "01234").await;
    blue.seen().await;
    assert_eq!(client.head().await.unwrap().start, "HTTP/1.1 408 Request Timeout");
    assert_eq!(stage.exchange().await.reason, Some(Reason::BodyTimeout));
    stage.until(0, 0, 0).await;
}

#[tokio::test(crate = "crate::scene")]
async fn a_dripping_streamed_upload_frees_its_instance() {
    let mut blue = Container::raw(|mut turn| async move {
        let _ = turn.wire.rest().await;
        turn.note.send("cut").unwrap();
    })
    .await;
    let mut stage = Stage::blue(&[&blue], |blue| {
        blue.upstream = UpstreamMode::Streaming;
        blue.limits.request_timeout = Duration::from_millis(50);
    })
    .await;
    let mut client = connect(stage.door).await;
    client.send(head("POST /score", "content-length: 1000\r\n")).await;
    let started = std::time::Instant::now();
    let told = loop {
        if let Ok(told) = tokio::time::timeout(Duration::from_millis(5), client.head()).await {
            break told.unwrap();
        }
        client.send("a").await;
        assert!(started.elapsed() < Duration::from_secs(20), "it is still waited for");
    };
    assert_eq!(told.start, "HTTP/1.1 408 Request Timeout");
    assert_eq!(stage.exchange().await.reason, Some(Reason::BodyTimeout));
    assert_eq!(blue.notes.recv().await, Some("cut"));
    stage.until(0, 0, 0).await;
}
