//! Trailers pass, both ways, where both sides speak in chunks.

use crate::client::{connect, head};
use crate::container::Container;
use crate::stage::Stage;
use model::UpstreamMode;

const UPLOAD: &str = "3\r\nabc\r\n0\r\nx-sum: 1\r\n\r\n";

#[tokio::test(crate = "crate::scene")]
async fn a_custom_container_gets_the_clients() {
    let mut blue = Container::raw(|mut turn| async move {
        assert_eq!(turn.wire.exactly(UPLOAD.len()).await.unwrap(), UPLOAD.as_bytes());
        turn.wire.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    })
    .await;
    let stage = Stage::blue(&[&blue], |blue| blue.upstream = UpstreamMode::Streaming).await;
    let mut client = connect(stage.door).await;
    client.send(head("POST /score", "transfer-encoding: chunked\r\ntrailer: x-sum\r\n") + UPLOAD).await;
    assert_eq!(client.head().await.unwrap().start, "HTTP/1.1 200 OK");
    let seen = blue.seen().await.head;
    assert_eq!((seen.one("trailer").as_str(), seen.one("transfer-encoding").as_str()), ("x-sum", "chunked"));
}

#[tokio::test(crate = "crate::scene")]
async fn the_inference_server_gets_a_length_instead() {
    let mut blue = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    let mut client = connect(stage.door).await;
    client.send(head("POST /score", "transfer-encoding: chunked\r\ntrailer: x-sum\r\n") + UPLOAD).await;
    assert_eq!(client.head().await.unwrap().start, "HTTP/1.1 200 OK");
    let seen = blue.seen().await;
    assert_eq!((seen.text().as_str(), seen.head.one("content-length").as_str()), ("abc", "3"));
    assert!(!seen.head.has("trailer"));
}

#[tokio::test(crate = "crate::scene")]
async fn a_client_that_takes_them_gets_the_containers() {
    let answer =
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n2\r\nok\r\n0\r\nx-sum: 2\r\n\r\n";
    let mut blue = Container::says(answer).await;
    let stage = Stage::blue(&[&blue], |blue| blue.upstream = UpstreamMode::Streaming).await;
    let mut client = connect(stage.door).await;
    client.send(head("GET /score", "te: trailers\r\nconnection: te\r\n")).await;
    let got = client.head().await.unwrap();
    assert_eq!((got.one("trailer").as_str(), got.one("transfer-encoding").as_str()), ("x-sum", "chunked"));
    let body = "2\r\nok\r\n0\r\nx-sum: 2\r\n\r\n";
    assert_eq!(client.exactly(body.len()).await.unwrap(), body.as_bytes());
    assert_eq!(blue.seen().await.head.one("te"), "trailers");
}
