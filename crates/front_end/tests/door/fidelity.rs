//! What the container gets of a request, and the client of an answer.

use crate::client::{answer, ask, connect, head, post};
use crate::container::Container;
use crate::stage::Stage;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

#[tokio::test(crate = "crate::scene")]
async fn ids_are_fresh_and_the_key_never_arrives() {
    let mut blue = Container::says(OK).await;
    let mut stage = Stage::blue(&[&blue], |_| {}).await;
    let sent = "x-request-id: mine\r\nx-ms-client-request-id: a b/c-d_e\r\nproxy-authorization: Basic x\r\n";
    let first = ask(stage.door, post(sent, "{}")).await;
    let seen = blue.seen().await;
    let id = first.head.one("x-request-id");
    assert_eq!(seen.head.all("x-request-id"), [id.as_str()]);
    assert_eq!(uuid::Uuid::parse_str(&id).unwrap().get_version_num(), 4);
    assert_eq!(seen.head.all("x-ms-client-request-id"), ["abc-d_e"]);
    assert!(!first.head.has("x-ms-client-request-id"));
    assert_eq!(stage.exchange().await.x_ms_client_request_id.as_deref(), Some("abc-d_e"));
    let sent = format!("{seen:?}");
    assert!(!sent.contains("authorization") && !sent.contains(crate::client::KEY), "{sent}");
    assert_ne!(ask(stage.door, post("", "{}")).await.head.one("x-request-id"), id);
}

#[tokio::test(crate = "crate::scene")]
async fn a_head_reaches_the_container_but_for_what_ends_here() {
    let mut blue = Container::says(OK).await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    let headers = "accept: text/event-stream\r\nx-twice: 1, 2\r\nx-twice: 3\r\nx-bytes: \u{e9}\u{fc}\r\nconnection: keep-alive, x-nominated\r\nx-nominated: 1\r\nkeep-alive: 5\r\nte: trailers\r\nupgrade: h2c\r\ncontent-encoding: gzip\r\ncookie: a=b\r\n";
    assert_eq!(ask(stage.door, post(headers, "{}")).await.status(), 200);
    let seen = blue.seen().await;
    let mut names: Vec<_> = seen.head.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let expected = [
        "accept",
        "content-encoding",
        "content-length",
        "cookie",
        "host",
        "x-bytes",
        "x-request-id",
        "x-twice",
        "x-twice",
    ];
    assert_eq!(names, expected);
    assert_eq!(seen.head.all("x-twice"), ["1, 2", "3"]);
    assert_eq!(seen.head.headers.iter().find(|(name, _)| name == "x-bytes").unwrap().1, "\u{e9}\u{fc}".as_bytes());
    assert_eq!((seen.head.one("host").as_str(), seen.head.start.as_str()), ("door.test", "POST /score HTTP/1.1"));
}

#[tokio::test(crate = "crate::scene")]
async fn every_path_query_and_method_reaches_the_container() {
    let mut blue = Container::says(OK).await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    for line in [
        "GET /score?a=1&b=%20x",
        "POST /score/chat/completions?v=1",
        "GET /swagger.json?version=3",
        "GET /",
        "PUT /scores",
        "DELETE /elsewhere",
        "OPTIONS /score",
    ] {
        assert_eq!(ask(stage.door, head(line, "")).await.status(), 200, "{line}");
        assert_eq!(blue.seen().await.head.start, format!("{line} HTTP/1.1"));
    }
    ask(stage.door, head("GET http://other.test/score?x=y", "")).await;
    let seen = blue.seen().await;
    assert_eq!((seen.head.start.as_str(), seen.head.one("host").as_str()), ("GET /score?x=y HTTP/1.1", "other.test"));
    assert!(!seen.head.has("content-length"));
}

#[tokio::test(crate = "crate::scene")]
async fn an_answer_reaches_the_client_but_for_what_ends_here() {
    let blue = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nx-bytes: \u{e9}\r\nvary: a, b\r\nkeep-alive: 3\r\nconnection: close, x-nominated\r\nx-nominated: 1\r\nx-ms-client-request-id: echoed\r\ncontent-encoding: gzip\r\n\r\nok").await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    let answer = ask(stage.door, post("", "{}")).await;
    let expected = "HTTP/1.1 200 OK
azureml-model-deployment: blue
content-encoding: gzip
content-length: 2
server: azureml-frontdoor
set-cookie: a=1
set-cookie: b=2
vary: a, b
x-bytes: \u{e9}
x-ms-client-request-id: echoed
x-request-id: GUID

ok";
    assert_eq!(answer.whole(), expected);
}

#[tokio::test(crate = "crate::scene")]
async fn many_requests_on_one_connection() {
    let blue = Container::says(OK).await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    let mut client = connect(stage.door).await;
    for _ in 0..20 {
        client.send(post("", "{}")).await;
        assert_eq!(answer(&mut client).await.unwrap().text(), "ok");
    }
}

#[tokio::test(crate = "crate::scene")]
async fn head_has_a_length_and_no_body() {
    let blue = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n").await;
    let mut stage = Stage::blue(&[&blue], |_| {}).await;
    let mut client = connect(stage.door).await;
    client.send(head("HEAD /score", "connection: close\r\n")).await;
    let got = client.head().await.unwrap();
    assert_eq!((got.one("content-length").as_str(), client.rest().await.unwrap().len()), ("7", 0));
    let exchange = stage.exchange().await;
    assert_eq!((exchange.response_code, exchange.reason, exchange.method.as_str()), (200, None, "HEAD"));
}

#[tokio::test(crate = "crate::scene")]
async fn http_1_0_without_host_is_served() {
    let mut blue = Container::says("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n").await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    let mut client = connect(stage.door).await;
    client.send("GET /score HTTP/1.0\r\nauthorization: Bearer the-key\r\n\r\n").await;
    let got = client.head().await.unwrap();
    assert_eq!((got.start.as_str(), got.has("transfer-encoding")), ("HTTP/1.0 200 OK", false));
    assert_eq!(client.rest().await.unwrap(), b"ok");
    assert_eq!(blue.seen().await.head.one("host"), blue.address.to_string());
}
