//! What is told of a request when it has ended: meters, a line of the traffic log, an exchange.

use crate::client::{answer, ask, connect, head, post};
use crate::container::{Container, gate};
use crate::stage::{Stage, deployment, endpoint, name};
use front_end::TrafficLog;
use model::{Answers, DeploymentMeters, DoorMeters};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]";

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Every line is one JSON document.
fn lines(log: &TrafficLog, kept: &Kept) -> Vec<Value> {
    assert!(log.close(Duration::from_secs(20)));
    let bytes = kept.0.lock().unwrap();
    let text = std::str::from_utf8(&bytes).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

async fn logged(blue: &Container) -> (Stage, TrafficLog, Kept) {
    let kept = Kept::default();
    let log = TrafficLog::start(kept.clone()).unwrap();
    let served = endpoint(vec![deployment("blue", &[blue.address])]);
    let stage = Stage::with(served, |config| config.traffic_log = Some(log.clone())).await;
    (stage, log, kept)
}

#[tokio::test(crate = "crate::scene")]
async fn a_request_is_a_line_of_the_log() {
    let blue = Container::says(OK).await;
    let (stage, log, kept) = logged(&blue).await;
    let headers = "user-agent: curl/8.1\r\nx-ms-client-request-id: mine\r\n";
    let answer = ask(stage.door, post(headers, "{\"a\": 1}")).await;
    stage.quiet().await;
    let mut line = lines(&log, &kept).remove(0);
    for measured in ["TimeGenerated", "TotalDurationMs", "RequestDurationMs", "ResponseDurationMs", "TotalDurationUs"] {
        assert!(line.as_object_mut().unwrap().remove(measured).is_some(), "{measured}");
    }
    let expected = json!({
        "Method": "POST", "Path": "/score", "Protocol": "HTTP/1.1",
        "EndpointName": "credit", "DeploymentName": "blue", "AuthType": "Key",
        "ResponseCode": 200, "ModelStatusCode": 200,
        "RequestPayloadSize": 8, "ResponsePayloadSize": 2,
        "UserAgent": "curl/8.1",
        "XRequestId": answer.head.one("x-request-id"), "XMSClientRequestId": "mine",
        "InstanceId": "blue/0", "InFlight": 0,
    });
    assert_eq!(line, expected);
}

#[tokio::test(crate = "crate::scene")]
async fn hostile_requests_are_lines_too_and_no_line_has_a_key() {
    let blue = Container::says("HTTP/1.1 500 \r\ncontent-length: 0\r\n\r\n").await;
    let (stage, log, kept) = logged(&blue).await;
    let hostile: [&[u8]; 5] = [
        b"user-agent: \"}{\"ResponseCode\":200,\"\r\n",
        b"user-agent: \\\\\\\r\n",
        b"user-agent: \xff\xfe\x80\t\"\r\n",
        b"user-agent: \xc3\xbc\xc3\xbc\r\n",
        b"x-ms-client-request-id: \"\\\xff{}\r\n",
    ];
    for headers in hostile {
        let mut request = head("GET /score/\"{}?q=%22%00", "").into_bytes();
        request.truncate(request.len() - 2);
        request.extend_from_slice(headers);
        request.extend_from_slice(b"\r\n");
        assert_eq!(ask(stage.door, request).await.status(), 424);
    }
    ask(stage.door, "GET /nothing HTTP/1.0\r\n\r\n").await;
    stage.quiet().await;
    let lines = lines(&log, &kept);
    let text = |line: &Value, column: &str| line[column].as_str().unwrap_or("-").to_owned();
    let agents: Vec<_> = lines.iter().map(|line| text(line, "UserAgent")).collect();
    let expected = ["\"}{\"ResponseCode\":200,\"", "\\\\\\", "\u{fffd}\u{fffd}\u{fffd}\t\"", "\u{fc}\u{fc}", "-", "-"];
    assert_eq!(agents, expected);
    let told: Vec<_> =
        lines.iter().map(|line| (line["ResponseCode"].clone(), text(line, "ResponseCodeReason"))).collect();
    assert_eq!(told[..5], vec![(json!(424), "model_error".to_owned()); 5]);
    assert_eq!(told[5], (json!(401), "unauthorized".to_owned()));
    assert_eq!(
        (text(&lines[0], "Path"), text(&lines[5], "Protocol")),
        ("/score/\"{}?q=%22%00".into(), "HTTP/1.0".into())
    );
    assert!(lines.iter().all(|line| !line.to_string().contains(crate::client::KEY)));
}

#[tokio::test(crate = "crate::scene")]
async fn only_failures_are_exchanges_while_nobody_follows() {
    let blue = Container::says(OK).await;
    let mut stage = Stage::blue(&[&blue], |_| {}).await;
    ask(stage.door, post("", "{}")).await;
    assert_eq!(stage.exchange().await.response_code, 200);
    stage.unfollow();
    ask(stage.door, post("", "{}")).await;
    ask(stage.door, "GET /score HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert_eq!(stage.exchange().await.response_code, 401);
    assert!(stage.no_exchange());
}

fn kinds(answers: &[Answers]) -> Vec<(u16, u16, u64)> {
    answers.iter().map(|answers| (answers.status, answers.model_status, answers.count)).collect()
}

#[tokio::test(crate = "crate::scene")]
async fn everything_is_counted() {
    let blue = Container::says(OK).await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    let mut client = connect(stage.door).await;
    for _ in 0..2 {
        client.send(post("", "{\"a\": 1}")).await;
        assert_eq!(answer(&mut client).await.unwrap().status(), 200);
    }
    ask(stage.door, "GET /score HTTP/1.1\r\nhost: a\r\n\r\n").await;
    ask(stage.door, post("azureml-model-deployment: nobody\r\n", "")).await;
    stage.quiet().await;
    while stage.counters.meters().connections_active > 1 {
        tokio::task::yield_now().await;
    }
    let DoorMeters {
        connections_active, connections_opened, bytes_received, bytes_sent, unrouted, deployments, ..
    } = stage.counters.meters();
    assert_eq!((connections_active, connections_opened), (1, 3));
    assert_eq!((bytes_received, bytes_sent), (16, 4 + "key_auth_bad_header_forbidden".len() as u64));
    assert_eq!(kinds(&unrouted), [(401, 0, 1), (404, 0, 1)]);
    let DeploymentMeters { in_flight_peak, answers, latency, model, abandoned, .. } = &deployments[&name("blue")];
    assert_eq!((kinds(answers), *in_flight_peak, *abandoned), (vec![(200, 200, 2)], 1, 0));
    assert_eq!((latency.count(), model.count()), (2, 2));
    assert!(model.sum() <= latency.sum() && model.sum() > Duration::ZERO);
}

#[tokio::test(crate = "crate::scene")]
async fn what_was_abandoned_is_measured_when_it_ends() {
    let gate = gate();
    let mut blue = Container::gated(&gate).await;
    let mut stage = Stage::blue(&[&blue], |blue| blue.limits.request_timeout = Duration::from_millis(500)).await;
    assert_eq!(ask(stage.door, post("", "{}")).await.status(), 408);
    assert!(stage.exchange().await.leased_us.is_some());
    blue.seen().await;
    let blue = name("blue");
    let before = stage.counters.meters().deployments[&blue].clone();
    assert_eq!((before.abandoned, before.abandoned_ended, before.model.count()), (1, 0, 0));
    gate.add_permits(1);
    stage.counters.nothing_abandoned(&blue).await;
    // It has ended; it is counted in the same step.
    let after = loop {
        let meters = stage.counters.meters().deployments[&blue].clone();
        if meters.abandoned_ended == 1 {
            break meters;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!((after.abandoned, after.model.count()), (0, 1));
    assert!(after.model.sum() >= Duration::from_millis(20));
}
