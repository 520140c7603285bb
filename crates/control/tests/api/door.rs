//! Who is let in.

use crate::fake::{Running, TOKEN, raw};

/// The status and the message of the answer to a `GET /v1/about` with these headers.
async fn about(port: u16, headers: &str) -> (String, String) {
    let answer = raw(port, &format!("GET /v1/about HTTP/1.1\r\nConnection: close\r\n{headers}\r\n")).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let message = body["error"]["message"].as_str().unwrap_or_default();
    (head["HTTP/1.1 ".len()..][..3].to_owned(), message.to_owned())
}

#[tokio::test]
async fn the_door() {
    let running = Running::start().await;
    let port = running.port;
    let ours = format!("Host: 127.0.0.1:{port}\r\n");
    let token = format!("Authorization: Bearer {TOKEN}\r\n");
    let host = "the Host header does not name this machine";
    let origin = "the request comes from a page of another origin";
    let wrong = "the token is wrong";
    let cases = [
        (format!("{ours}{token}"), "200", ""),
        (format!("Host: localhost:{port}\r\n{token}"), "200", ""),
        (format!("Host: LOCALHOST:{port}\r\n{token}"), "200", ""),
        (format!("Host: [::1]:{port}\r\n{token}"), "200", ""),
        (format!("{ours}{token}Origin: http://127.0.0.1:{port}\r\n"), "200", ""),
        (format!("Host: 127.0.0.1\r\n{token}"), "403", host),
        (format!("Host: evil.example:{port}\r\n{token}"), "403", host),
        (format!("Host: 127.0.0.1.evil.example:{port}\r\n{token}"), "403", host),
        (format!("{ours}{ours}{token}"), "403", host),
        (token.clone(), "403", host),
        (format!("{ours}{token}Origin: https://evil.example\r\n"), "403", origin),
        (format!("{ours}{token}Origin: https://127.0.0.1:{port}\r\n"), "403", origin),
        (format!("{ours}{token}Origin: null\r\n"), "403", origin),
        (ours.clone(), "401", wrong),
        (format!("{ours}Authorization: Bearer the-tokem\r\n"), "401", wrong),
        (format!("{ours}Authorization: Bearer {TOKEN}x\r\n"), "401", wrong),
        (format!("{ours}Authorization: Bearer \r\n"), "401", wrong),
        (format!("{ours}Authorization: Basic {TOKEN}\r\n"), "401", wrong),
    ];
    for (headers, status, message) in cases {
        assert_eq!(about(port, &headers).await, (status.to_owned(), message.to_owned()), "{headers}");
    }
}

#[tokio::test]
async fn the_door_stands_before_paths_that_do_not_exist() {
    let running = Running::start().await;
    let head = format!("Host: localhost:{}\r\nConnection: close\r\n", running.port);
    let closed = raw(running.port, &format!("GET /v1/other HTTP/1.1\r\n{head}\r\n")).await;
    assert!(closed.starts_with("HTTP/1.1 401 "), "{closed}");
    let open = format!("{head}Authorization: Bearer {TOKEN}\r\n");
    let unknown = raw(running.port, &format!("GET /v1/other HTTP/1.1\r\n{open}\r\n")).await;
    assert!(unknown.starts_with("HTTP/1.1 404 "), "{unknown}");
    assert!(unknown.ends_with('}') && unknown.contains(r#"{"error":{"code":"ControlRefused""#), "{unknown}");
    let method = raw(running.port, &format!("DELETE /v1/status HTTP/1.1\r\n{open}\r\n")).await;
    assert!(method.contains(r#"{"error":{"code":"ControlRefused""#), "{method}");
}

#[tokio::test]
async fn a_body_has_a_limit() {
    let running = Running::start().await;
    let head = format!("Host: localhost:{}\r\nAuthorization: Bearer {TOKEN}\r\n", running.port);
    let json = "Content-Type: application/json\r\nConnection: close\r\nContent-Length: 9000000\r\n";
    let answer = raw(running.port, &format!("POST /v1/apply HTTP/1.1\r\n{head}{json}\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(running.fake.asked.lock().unwrap().is_empty());
}
