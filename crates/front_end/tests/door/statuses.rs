//! Every managed row of the status table, whole answers.

use crate::client::{ask, head, post};
use crate::container::Container;
use crate::refused::dead;
use crate::stage::{Stage, deployment, endpoint};
use model::{Exchange, Reason};
use std::time::Duration;

fn told(exchange: &Exchange) -> (u16, Option<Reason>, Option<u16>) {
    (exchange.response_code, exchange.reason, exchange.model_status_code)
}

#[tokio::test(crate = "crate::scene")]
async fn exactly_200_passes() {
    let blue = Container::says(
        "HTTP/1.1 200 OK\r\nserver: gunicorn\r\nx-request-id: forged\r\ncontent-type: application/json\r\ncontent-length: 3\r\nx-ms-run-function-failed: False\r\nconnection: close\r\n\r\n[1]",
    )
    .await;
    let mut stage = Stage::blue(&[&blue], |_| {}).await;
    let answer = ask(stage.door, post("", "{}")).await;
    let expected = "HTTP/1.1 200 OK
azureml-model-deployment: blue
content-length: 3
content-type: application/json
server: azureml-frontdoor
x-ms-run-function-failed: False
x-request-id: GUID

[1]";
    assert_eq!(answer.whole(), expected);
    let exchange = stage.exchange().await;
    assert_eq!(told(&exchange), (200, None, Some(200)));
    assert_eq!((exchange.request_payload_bytes, exchange.response_payload_bytes), (2, 3));
    assert_eq!(exchange.x_request_id.to_string(), answer.head.one("x-request-id"));
    assert_eq!(exchange.instance.unwrap().to_string(), "blue/0");
    assert!(exchange.response_duration_us <= exchange.total_duration_us && exchange.response_duration_us > 0);
    assert!(stage.no_exchange());
}

#[tokio::test(crate = "crate::scene")]
async fn anything_else_is_424_with_the_containers_body() {
    for (said, code, body) in [
        ("HTTP/1.1 201 Created\r\nx-own: a\r\ncontent-length: 2\r\n\r\nhi", "201", "hi"),
        ("HTTP/1.1 204 No Content\r\nx-own: a\r\n\r\n", "204", ""),
        ("HTTP/1.1 302 Found\r\nx-own: a\r\ncontent-length: 0\r\n\r\n", "302", ""),
        (
            "HTTP/1.1 500 INTERNAL SERVER ERROR\r\nx-own: a\r\nx-ms-run-function-failed: True\r\ncontent-length: 3\r\n\r\nbad",
            "500",
            "bad",
        ),
        (
            "HTTP/1.1 503 Unavailable\r\nx-own: a\r\nms-azureml-model-error-reason: forged\r\ncontent-length: 1\r\n\r\n!",
            "503",
            "!",
        ),
    ] {
        let blue = Container::says(said).await;
        let mut stage = Stage::blue(&[&blue], |_| {}).await;
        let answer = ask(stage.door, post("", "{}")).await;
        let statuses = answer.head.all("ms-azureml-model-error-statuscode");
        assert_eq!((answer.head.start.as_str(), statuses), ("HTTP/1.1 424 Failed Dependency", vec![code.to_owned()]));
        assert_eq!(answer.head.all("ms-azureml-model-error-reason"), ["model_error"]);
        assert_eq!((answer.text(), answer.head.one("x-own").as_str()), (body, "a"));
        let exchange = stage.exchange().await;
        assert_eq!(told(&exchange), (424, Some(Reason::ModelError), code.parse().ok()));
    }
}

#[tokio::test(crate = "crate::scene")]
async fn without_a_key_401_and_nothing_reaches_the_container() {
    let mut blue = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let mut stage = Stage::blue(&[&blue], |_| {}).await;
    let wrong = "authorization: Bearer wrong\r\n";
    for (line, header, body) in [
        ("POST /score", "", "key_auth_bad_header_forbidden"),
        ("POST /score", wrong, "key_auth_access_denied"),
        (
            // A preflight: no CORS header comes back, which is what the browser then complains about.
            "OPTIONS /score",
            "origin: http://a.test\r\naccess-control-request-method: POST\r\naccess-control-request-headers: authorization\r\n",
            "key_auth_bad_header_forbidden",
        ),
        ("GET /swagger.json", wrong, "key_auth_access_denied"),
    ] {
        let answer = ask(stage.door, format!("{line} HTTP/1.1\r\nhost: a\r\n{header}\r\n")).await;
        let length = body.len();
        let expected = format!(
            "HTTP/1.1 401 Unauthorized\ncontent-length: {length}\ncontent-type: text/plain\nserver: azureml-frontdoor\nx-request-id: GUID\n\n{body}"
        );
        assert_eq!(answer.whole(), expected);
        let exchange = stage.exchange().await;
        assert_eq!(told(&exchange), (401, Some(Reason::Unauthorized), None));
        assert_eq!(exchange.deployment, None);
    }
    assert!(blue.saw_nothing());
}

#[tokio::test(crate = "crate::scene")]
async fn no_positive_weight_is_404_and_the_header_still_reaches() {
    let blue = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let mut served = endpoint(vec![deployment("blue", &[blue.address])]);
    served.traffic.clear();
    let mut stage = Stage::open(served).await;
    let answer = ask(stage.door, post("", "{}")).await;
    let expected = "HTTP/1.1 404 Not Found\ncontent-length: 0\nserver: azureml-frontdoor\nx-request-id: GUID\n\n";
    assert_eq!(answer.whole(), expected);
    assert_eq!(told(&stage.exchange().await), (404, Some(Reason::NoRoute), None));
    assert_eq!(ask(stage.door, post("azureml-model-deployment: blue\r\n", "{}")).await.status(), 200);
    assert_eq!(ask(stage.door, post("azureml-model-deployment: nobody\r\n", "{}")).await.status(), 404);
}

#[tokio::test(crate = "crate::scene")]
async fn longer_than_the_timeout_is_408() {
    let blue = Container::silent().await;
    let mut stage = Stage::blue(&[&blue], |blue| blue.limits.request_timeout = Duration::from_millis(20)).await;
    let answer = ask(stage.door, post("", "{}")).await;
    let expected = "HTTP/1.1 408 Request Timeout
azureml-model-deployment: blue
content-length: 24
content-type: text/plain
server: azureml-frontdoor
x-request-id: GUID

upstream request timeout";
    assert_eq!(answer.whole(), expected);
    assert_eq!(told(&stage.exchange().await), (408, Some(Reason::UpstreamRequestTimeout), None));
}

#[tokio::test(crate = "crate::scene")]
async fn a_connection_that_breaks_before_a_status_is_424() {
    let silent = Container::start(|_turn| async {}).await;
    let half = Container::says("HTTP/1.1 200 O").await;
    let reset = Container::start(|turn| async move { turn.wire.stream.set_zero_linger().unwrap() }).await;
    let refusing = dead();
    for address in [silent.address, half.address, reset.address, refusing] {
        let mut stage = Stage::open(endpoint(vec![deployment("blue", &[address])])).await;
        let answer = ask(stage.door, post("", "{}")).await;
        let expected = "HTTP/1.1 424 Failed Dependency
azureml-model-deployment: blue
content-length: 0
content-type: text/plain
ms-azureml-model-error-reason: model_error
ms-azureml-model-error-statuscode: 503
server: azureml-frontdoor
x-request-id: GUID

";
        assert_eq!(answer.whole(), expected);
        assert_eq!(told(&stage.exchange().await), (424, Some(Reason::UpstreamClosed), None));
        stage.until(0, 0, 0).await;
    }
}

#[tokio::test(crate = "crate::scene")]
async fn no_ready_instance_is_424_at_once() {
    let mut blue = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let mut stage = Stage::blue(&[&blue], |blue| blue.instances[0].ready = false).await;
    let answer = ask(stage.door, head("GET /score", "")).await;
    let expected = "HTTP/1.1 424 Failed Dependency
azureml-model-deployment: blue
content-length: 0
content-type: text/plain
ms-azureml-model-error-reason: model_not_ready
server: azureml-frontdoor
x-request-id: GUID

";
    assert_eq!(answer.whole(), expected);
    assert_eq!(told(&stage.exchange().await), (424, Some(Reason::ModelNotReady), None));
    assert!(blue.saw_nothing());
}
