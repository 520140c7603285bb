//! Lines, read back by somebody else's parser.

use super::*;
use model::traffic_log::{COLUMNS, Local};
use model::{DeploymentName, EndpointName};
use serde_json::{Value, json};

fn id() -> RequestId {
    RequestId(uuid::Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef))
}

fn line<'a>(path: &'a str, agent: Option<&'a [u8]>) -> Line<'a> {
    Line {
        time: Timestamp::from_microsecond(1_763_835_679_000_042).unwrap_or_default(),
        method: "POST",
        path,
        protocol: Version::HTTP_11,
        endpoint: "credit",
        deployment: None,
        auth: None,
        status: 0,
        reason: None,
        model_status: None,
        request_bytes: 0,
        response_bytes: 0,
        agent,
        id: id(),
        client_id: None,
        total_us: 0,
        request_us: 0,
        response_us: 0,
        request_delay_ms: 0,
        response_delay_ms: 0,
        instance: None,
        in_flight: 0,
        mirror: false,
        injected: None,
    }
}

pub(crate) fn sample() -> Line<'static> {
    line("/score", None)
}

fn read(line: &Line<'_>) -> Value {
    let mut written = vec![];
    line.write(&mut Second::default(), &mut written);
    assert_eq!(written.iter().filter(|byte| **byte == b'\n').count(), 1, "one line");
    serde_json::from_slice(&written).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&written)))
}

#[test]
fn a_line_has_the_columns_of_azures_table() {
    let (endpoint, deployment) = (EndpointName::new("credit"), DeploymentName::new("blue"));
    let instance = InstanceId { endpoint, deployment, number: 1 };
    let found = read(&Line {
        deployment: Some("blue"),
        auth: Some(AuthMode::Key),
        status: 424,
        reason: Some(Reason::ModelError),
        model_status: Some(500),
        request_bytes: 1024,
        response_bytes: 60,
        client_id: Some("mine-1"),
        total_us: 12_345,
        request_us: 1_000,
        response_us: 11_999,
        request_delay_ms: 20,
        response_delay_ms: 30,
        instance: Some(&instance),
        in_flight: 3,
        mirror: true,
        injected: Some("slow-1"),
        ..line("/score?size=1", Some(b"curl/8.1"))
    });
    let expected = json!({
        "TimeGenerated": "2025-11-22T18:21:19.000042Z",
        "Method": "POST",
        "Path": "/score?size=1",
        "Protocol": "HTTP/1.1",
        "EndpointName": "credit",
        "DeploymentName": "blue",
        "AuthType": "Key",
        "ResponseCode": 424,
        "ResponseCodeReason": "model_error",
        "ModelStatusCode": 500,
        "ModelStatusReason": "model_error",
        "RequestPayloadSize": 1024,
        "ResponsePayloadSize": 60,
        "UserAgent": "curl/8.1",
        "XRequestId": "01234567-89ab-cdef-0123-456789abcdef",
        "XMSClientRequestId": "mine-1",
        "TotalDurationMs": 12,
        "RequestDurationMs": 1,
        "ResponseDurationMs": 11,
        "RequestThrottlingDelayMs": 20,
        "ResponseThrottlingDelayMs": 30,
        "InstanceId": "blue/1",
        "TotalDurationUs": 12345,
        "InFlight": 3,
        "Mirror": true,
        "Injected": "slow-1",
    });
    assert_eq!(found, expected);
    let columns: Vec<&str> =
        found.as_object().map(|line| line.keys().map(String::as_str).collect()).unwrap_or_default();
    let table = COLUMNS.iter().filter(|column| column.local != Local::LeftOut).map(|column| column.name);
    assert_eq!(columns, table.collect::<Vec<_>>(), "in the order of the table");
}

#[test]
fn what_is_not_known_is_left_out() {
    let found = read(&line("/", None));
    let columns: Vec<&str> =
        found.as_object().map(|line| line.keys().map(String::as_str).collect()).unwrap_or_default();
    assert_eq!(
        columns,
        [
            "TimeGenerated",
            "Method",
            "Path",
            "Protocol",
            "EndpointName",
            "ResponseCode",
            "RequestPayloadSize",
            "ResponsePayloadSize",
            "XRequestId",
            "TotalDurationMs",
            "RequestDurationMs",
            "TotalDurationUs",
            "InFlight"
        ]
    );
}

/// Every byte a header can carry, and those it cannot.
#[test]
fn hostile_values_stay_values() {
    let every: Vec<u8> = (0..=255).collect();
    let long = "ü".repeat(1000);
    for agent in [
        b"\"}\n{\"ResponseCode\":200}".as_slice(),
        b"\\",
        b"\\\"",
        b"\xff\xfe\"\x80",
        b"\r\n\t\x00\x1f\x7f",
        "\u{2028}\u{fffd}".as_bytes(),
        long.as_bytes(),
        &every[..70],
        &every[70..140],
        &every[140..],
        b"",
    ] {
        let found = read(&line("/score", Some(agent)));
        let expected: String = String::from_utf8_lossy(agent).chars().take(70).collect();
        assert_eq!(found["UserAgent"], expected, "{agent:?}");
        assert_eq!((&found["ResponseCode"], &found["Path"]), (&json!(0), &json!("/score")));
    }
    for path in ["/score?q=\"}", "/\\u0000\\", "/{\"a\":1}", "/\u{1}\u{e9}"] {
        assert_eq!(read(&line(path, None))["Path"], path);
    }
}

#[test]
fn seconds_follow_one_another() {
    let mut second = Second::default();
    for (us, expected) in
        [(0, "1970-01-01T00:00:00"), (999_999, "1970-01-01T00:00:00"), (1_000_000, "1970-01-01T00:00:01")]
    {
        let time = Timestamp::from_microsecond(us).unwrap_or_default();
        assert_eq!(second.text(time), expected);
    }
}
