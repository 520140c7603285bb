//! Passthrough: what the client sends is what the server gets, and the other way round.

use crate::client::{Answer, ask};
use crate::container::{Container, gate};
use crate::stage::{Stage, deployment, endpoint};
use model::{Profile, ServedEndpoint};

async fn before(container: &Container) -> Stage {
    let served = endpoint(vec![deployment("blue", &[container.address])]);
    Stage::open(ServedEndpoint { profile: Profile::Passthrough, ..served }).await
}

async fn get(stage: &Stage, path: &str) -> Answer {
    ask(stage.door, format!("GET {path} HTTP/1.1\r\nhost: localhost:5001\r\nconnection: close\r\n\r\n")).await
}

#[tokio::test(crate = "crate::scene")]
async fn answers_pass_as_they_are() {
    for (said, expected) in [
        (
            "HTTP/1.1 200 Very OK\r\nserver: gunicorn\r\nx-request-id: own\r\nms-azureml-model-error-reason: own\r\nx-envoy-a: b\r\nconnection: close, x-hop\r\nx-hop: 1\r\ncontent-length: 2\r\n\r\nhi",
            "HTTP/1.1 200 Very OK\nconnection: close\ncontent-length: 2\nms-azureml-model-error-reason: own\nserver: gunicorn\nx-envoy-a: b\nx-request-id: own\n\nhi",
        ),
        (
            "HTTP/1.1 500 INTERNAL SERVER ERROR\r\nx-ms-run-function-failed: True\r\ncontent-length: 3\r\n\r\nbad",
            "HTTP/1.1 500 INTERNAL SERVER ERROR\nconnection: close\ncontent-length: 3\nx-ms-run-function-failed: True\n\nbad",
        ),
        ("HTTP/1.1 204 NO CONTENT\r\n\r\n", "HTTP/1.1 204 NO CONTENT\nconnection: close\n\n"),
        (
            "HTTP/1.1 404 NOT FOUND\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 404 NOT FOUND\nconnection: close\ncontent-length: 0\n\n",
        ),
    ] {
        let blue = Container::says(said).await;
        let stage = before(&blue).await;
        assert_eq!(get(&stage, "/any/path").await.whole(), expected);
    }
}

#[tokio::test(crate = "crate::scene")]
async fn the_server_gets_the_clients_own_headers() {
    let mut blue = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let stage = before(&blue).await;
    let sent = "POST /score?a=1 HTTP/1.1\r\nhost: 127.0.0.1:5001\r\nauthorization: Bearer theirs\r\nx-request-id: not a guid\r\nx-ms-client-request-id: a b\r\nte: trailers\r\ncontent-length: 2\r\n\r\n{}";
    assert_eq!(ask(stage.door, sent).await.status(), 200);
    let seen = blue.seen().await;
    assert_eq!((seen.head.start.as_str(), seen.text().as_str()), ("POST /score?a=1 HTTP/1.1", "{}"));
    assert_eq!(seen.head.all("authorization"), ["Bearer theirs"]);
    assert_eq!(seen.head.all("x-request-id"), ["not a guid"]);
    assert_eq!(seen.head.all("x-ms-client-request-id"), ["a b"]);
    assert!(!seen.head.has("te"));
}

#[tokio::test(crate = "crate::scene")]
async fn only_this_machines_names_come_in() {
    let mut blue = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let stage = before(&blue).await;
    for request in [
        "GET /score HTTP/1.1\r\nhost: evil.test\r\n\r\n",
        "GET http://evil.test/score HTTP/1.1\r\nhost: localhost\r\n\r\n",
        "GET /score HTTP/1.0\r\n\r\n",
    ] {
        let answer = ask(stage.door, request).await;
        let said = (answer.status(), answer.text());
        assert_eq!(said, (403, "local-endpoint: the Host header does not name this machine"));
    }
    assert!(blue.saw_nothing());
}

/// More at once than any profile of Azure's lets in: the server has them all, and queues as it likes.
#[tokio::test(crate = "crate::scene")]
async fn nobody_waits_at_the_door() {
    let gate = gate();
    let mut blue = Container::gated(&gate).await;
    let mut served = deployment("blue", &[blue.address]);
    served.limits = semantics::admission::kept(Profile::Passthrough, served.limits);
    let stage = Stage::open(ServedEndpoint { profile: Profile::Passthrough, ..endpoint(vec![served]) }).await;
    let request = "GET /score HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let answers: Vec<_> = (0..20).map(|_| tokio::spawn(ask(stage.door, request))).collect();
    for _ in 0..20 {
        blue.seen().await;
    }
    gate.add_permits(20);
    for answer in answers {
        assert_eq!(answer.await.unwrap().status(), 200);
    }
    stage.until(0, 0, 0).await;
}
