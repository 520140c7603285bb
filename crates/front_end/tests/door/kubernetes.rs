//! The rows of the status table that a Kubernetes endpoint has of its own, whole answers.

use crate::admission::send_to;
use crate::client::{ask, head};
use crate::container::{Container, gate};
use crate::stage::{Stage, deployment, endpoint};
use model::{Profile, Reason, ServedDeployment, ServedEndpoint};
use std::time::Duration;

const SCORE: &str = "/api/v1/endpoint/credit/score";

fn kubernetes(served: ServedDeployment) -> ServedEndpoint {
    ServedEndpoint { profile: Profile::Kubernetes, ..endpoint(vec![served]) }
}

async fn over(container: &Container, change: impl FnOnce(&mut ServedDeployment)) -> Stage {
    let mut blue = deployment("blue", &[container.address]);
    change(&mut blue);
    Stage::open(kubernetes(blue)).await
}

#[tokio::test(crate = "crate::scene")]
async fn an_exception_is_502_and_every_other_status_stays() {
    let failed = "HTTP/1.1 500 INTERNAL SERVER ERROR\r\nx-ms-run-function-failed: True\r\ncontent-length: 3\r\n\r\nbad";
    for (said, status, body) in [
        (failed, 502, "bad"),
        ("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 3\r\n\r\nbad", 500, "bad"),
        ("HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nhi", 201, "hi"),
        ("HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\nno", 400, "no"),
    ] {
        let blue = Container::says(said).await;
        let stage = over(&blue, |_| {}).await;
        let answer = ask(stage.door, head(&format!("GET {SCORE}"), "")).await;
        assert_eq!((answer.status(), answer.text()), (status, body));
        assert!(!answer.head.has("ms-azureml-model-error-statuscode"));
    }
}

#[tokio::test(crate = "crate::scene")]
async fn the_container_gets_its_own_path() {
    let mut blue = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    let stage = over(&blue, |blue| blue.scoring_path = "/predict".into()).await;
    for (asked, got) in [
        (SCORE, "GET /predict HTTP/1.1"),
        ("/api/v1/endpoint/credit/score?size=1", "GET /predict?size=1 HTTP/1.1"),
        ("/api/v1/endpoint/credit/score/below?a=%20", "GET /predict/below?a=%20 HTTP/1.1"),
        ("/api/v1/endpoint/credit/swagger.json", "GET /swagger.json HTTP/1.1"),
    ] {
        assert_eq!(ask(stage.door, head(&format!("GET {asked}"), "")).await.status(), 200, "{asked}");
        assert_eq!(blue.seen().await.head.start, got);
    }
    for elsewhere in ["/score", "/predict", "/", "/api/v1/endpoint/debit/score", "/api/v1/endpoint/credit"] {
        assert_eq!(ask(stage.door, head(&format!("GET {elsewhere}"), "")).await.status(), 404, "{elsewhere}");
    }
    assert!(blue.saw_nothing());
}

#[tokio::test(crate = "crate::scene")]
async fn no_swagger_is_said_in_words() {
    let blue = Container::says("HTTP/1.1 404 NOT FOUND\r\ncontent-length: 3\r\n\r\n{ }").await;
    let stage = over(&blue, |_| {}).await;
    let answer = ask(stage.door, head("GET /api/v1/endpoint/credit/swagger.json", "")).await;
    assert_eq!((answer.status(), answer.text()), (404, "Swagger not found"));
    let answer = ask(stage.door, head(&format!("GET {SCORE}"), "")).await;
    assert_eq!((answer.status(), answer.text()), (404, "{ }"));
    stage.until(0, 0, 0).await;
}

#[tokio::test(crate = "crate::scene")]
async fn a_death_is_502_a_late_answer_504_and_no_replica_503() {
    let dead = Container::start(|_turn| async {}).await;
    let stage = over(&dead, |_| {}).await;
    let answer = ask(stage.door, head(&format!("GET {SCORE}"), "")).await;
    assert_eq!((answer.status(), answer.text()), (502, "Replica closed connection before replying"));

    let silent = Container::silent().await;
    let stage = over(&silent, |blue| blue.limits.request_timeout = Duration::from_millis(20)).await;
    let answer = ask(stage.door, head(&format!("GET {SCORE}"), "")).await;
    assert_eq!((answer.status(), answer.text()), (504, ""));

    let stage = over(&silent, |blue| blue.instances[0].ready = false).await;
    let answer = ask(stage.door, head(&format!("GET {SCORE}"), "")).await;
    assert_eq!((answer.status(), answer.text()), (503, "No ready replicas for service credit."));
}

/// Many more than a managed endpoint would let in: they wait, and who waits too long is told so.
#[tokio::test(crate = "crate::scene")]
async fn the_queue_is_as_long_as_its_patience() {
    let gate = gate();
    let mut blue = Container::gated(&gate).await;
    let mut stage = over(&blue, |blue| blue.limits.max_queue_wait = Duration::from_millis(30)).await;
    let first = send_to(stage.door, SCORE, "first");
    blue.seen().await;
    let waiting: Vec<_> = (0..5).map(|_| send_to(stage.door, SCORE, "x")).collect();
    for answer in waiting {
        let expected = "HTTP/1.1 503 Service Unavailable
azureml-model-deployment: blue
content-length: 49
content-type: text/plain
server: azureml-frontdoor
x-request-id: GUID

Too many requests for service credit (overloaded)";
        assert_eq!(answer.await.unwrap().whole(), expected);
        let exchange = stage.exchange().await;
        assert_eq!((exchange.response_code, exchange.reason), (503, Some(Reason::TooManyPendingRequest)));
    }
    stage.until(1, 0, 0).await;
    gate.add_permits(1);
    assert_eq!(first.await.unwrap().text(), "first");
    assert!(blue.saw_nothing());
}
