//! Bodies on their way in.

use crate::client::{KEY, answer, ask, connect, head, post};
use crate::container::Container;
use crate::stage::{Stage, deployment, endpoint};
use model::Reason;
use std::sync::Arc;
use std::time::Duration;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

#[tokio::test(crate = "crate::scene")]
async fn a_chunked_upload_arrives_with_its_length() {
    let mut blue = Container::says(OK).await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    let request = head("POST /score", "transfer-encoding: chunked\r\n") + "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n";
    assert_eq!(ask(stage.door, request).await.status(), 200);
    let seen = blue.seen().await;
    assert_eq!((seen.text().as_str(), seen.head.one("content-length").as_str()), ("abcdefg", "7"));
    assert!(!seen.head.has("transfer-encoding"));
}

#[tokio::test(crate = "crate::scene")]
async fn a_large_body_arrives_whole() {
    let mut blue = Container::says(OK).await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    let body = "0123456789abcdef".repeat(200_000);
    assert_eq!(ask(stage.door, post("", &body)).await.status(), 200);
    assert!(blue.seen().await.text() == body);
}

#[tokio::test(crate = "crate::scene")]
async fn a_disk_that_takes_no_body_is_507() {
    let mut blue = Container::says(OK).await;
    let served = endpoint(vec![deployment("blue", &[blue.address])]);
    let mut stage = Stage::with(served, |config| {
        config.spill_folder = Some(Arc::new("/nowhere/at all".into()));
    })
    .await;
    let answer = ask(stage.door, post("", &"x".repeat(2 << 20))).await;
    let text = "local-endpoint: no room on disk to hold the request body until it is whole";
    assert_eq!((answer.status(), answer.text()), (507, text));
    assert_eq!(stage.exchange().await.reason, Some(Reason::Internal));
    stage.until(0, 0, 0).await;
    assert!(blue.saw_nothing());
    assert_eq!(ask(stage.door, post("", "small")).await.status(), 200);
}

#[tokio::test(crate = "crate::scene")]
async fn a_body_that_stops_arriving_is_refused_by_us() {
    let mut blue = Container::says(OK).await;
    let served = endpoint(vec![deployment("blue", &[blue.address])]);
    let mut stage = Stage::with(served, |config| config.body_idle = Duration::from_millis(20)).await;
    let mut client = connect(stage.door).await;
    client.send(head("POST /score", "content-length: 10\r\n") + "abc").await;
    let answer = answer(&mut client).await.unwrap();
    assert_eq!((answer.status(), answer.text()), (408, "local-endpoint: the request body stopped arriving"));
    let exchange = stage.exchange().await;
    assert_eq!((exchange.reason, exchange.request_payload_bytes), (Some(Reason::BodyTimeout), 3));
    assert!(blue.saw_nothing());
}

#[tokio::test(crate = "crate::scene")]
async fn a_body_over_the_bound_is_413() {
    let mut blue = Container::says(OK).await;
    let served = endpoint(vec![deployment("blue", &[blue.address])]);
    let stage = Stage::with(served, |config| config.body_limit = 4).await;
    assert_eq!(ask(stage.door, post("", "12345")).await.status(), 413);
    let chunked = head("POST /score", "transfer-encoding: chunked\r\n") + "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n";
    assert_eq!(ask(stage.door, chunked).await.status(), 413);
    assert!(blue.saw_nothing());
    assert_eq!(ask(stage.door, post("", "1234")).await.status(), 200);
}

/// The rest is read away, so that the refusal is not lost in a reset.
#[tokio::test(crate = "crate::scene")]
async fn a_413_in_the_middle_of_an_upload_is_read() {
    let blue = Container::says(OK).await;
    let served = endpoint(vec![deployment("blue", &[blue.address])]);
    let mut stage = Stage::with(served, |config| config.body_limit = 1000).await;
    let mut client = connect(stage.door).await;
    client.send(post("", &"x".repeat(4 << 20))).await;
    assert_eq!(answer(&mut client).await.unwrap().status(), 413);
    assert_eq!(stage.exchange().await.response_code, 413);
    client.send(post("", "{}")).await;
    assert_eq!(answer(&mut client).await.unwrap().status(), 200);
}

#[tokio::test(crate = "crate::scene")]
async fn a_malformed_body_is_400() {
    let blue = Container::says(OK).await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    let request = head("POST /score", "transfer-encoding: chunked\r\n") + "zz\r\nabc\r\n";
    assert_eq!(ask(stage.door, request).await.status(), 400);
}

/// The answer is the first thing that comes: no `100 Continue` before it.
#[tokio::test(crate = "crate::scene")]
async fn without_a_key_the_body_is_not_asked_for() {
    let blue = Container::says(OK).await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    let request = "POST /score HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\nexpect: 100-continue\r\n\r\n";
    assert_eq!(ask(stage.door, request).await.status(), 401);

    let mut client = connect(stage.door).await;
    client.send(request.replace("\r\n\r\n", &format!("\r\nauthorization: Bearer {KEY}\r\n\r\n"))).await;
    assert_eq!(client.head().await.unwrap().start, "HTTP/1.1 100 Continue");
    client.send("12345").await;
    assert_eq!(answer(&mut client).await.unwrap().status(), 200);
}

/// The body was on its way already: the refusal is still read, and the connection serves the next request.
#[tokio::test(crate = "crate::scene")]
async fn a_refusal_is_not_lost_in_an_upload() {
    let blue = Container::says(OK).await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    let mut client = connect(stage.door).await;
    let body = "x".repeat(3 << 20);
    let length = body.len();
    client.send(format!("POST /score HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n{body}")).await;
    assert_eq!(answer(&mut client).await.unwrap().status(), 401);
    client.send(post("", "{}")).await;
    assert_eq!(answer(&mut client).await.unwrap().status(), 200);
}
