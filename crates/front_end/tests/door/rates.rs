//! The limits of a managed endpoint as a whole. How many pass in which time is a matter of tables; here is what becomes of
//! the rest.

use crate::client::{Answer, answer, ask, connect, head, post};
use crate::container::Container;
use crate::stage::{Stage, deployment, endpoint};
use front_end::{DoorConfig, Passed};
use model::{RateLimits, Reason, UpstreamMode};
use semantics::rates::Limit;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// No time passes: what may come at once is all that may come, however slow the machine.
fn still() -> Instant {
    *START
}

/// A second passes whenever somebody looks: nothing comes too fast.
fn racing() -> Instant {
    static LOOKS: AtomicU64 = AtomicU64::new(0);
    *START + Duration::from_secs(LOOKS.fetch_add(1, Relaxed))
}

async fn stage(container: &Container, mode: RateLimits, clock: fn() -> Instant) -> (Stage, UnboundedReceiver<Passed>) {
    let mut blue = deployment("blue", &[container.address]);
    blue.upstream = UpstreamMode::Streaming;
    let mut served = endpoint(vec![blue]);
    served.rate_limits = mode;
    let (to, passed) = unbounded_channel();
    let configure = |config: &mut DoorConfig| (config.passed_limits, config.clock) = (Some(to), Some(clock));
    let mut stage = Stage::with(served, configure).await;
    stage.unfollow();
    (stage, passed)
}

/// To one request more than may come in a second: the answer to the last, when all others were the same 404.
async fn one_more(stage: &Stage) -> Answer {
    let mut client = connect(stage.door).await;
    client.send(post("azureml-model-deployment: nobody\r\n", "").repeat(501)).await;
    for _ in 0..500 {
        assert_eq!(answer(&mut client).await.unwrap().status(), 404);
    }
    answer(&mut client).await.unwrap()
}

#[tokio::test(crate = "crate::scene")]
async fn enforced_requests_a_second_are_429() {
    let blue = Container::silent().await;
    let (mut stage, mut passed) = stage(&blue, RateLimits::Enforce, still).await;
    let expected = "HTTP/1.1 429 Too Many Requests
content-length: 0
content-type: text/plain
server: azureml-frontdoor
x-request-id: GUID

";
    assert_eq!(one_more(&stage).await.whole(), expected);
    let told = passed.recv().await.unwrap();
    assert_eq!((told.limit, told.enforced), (Limit::Requests, true));
    while stage.exchange().await.reason != Some(Reason::RateLimited) {}
}

#[tokio::test(crate = "crate::scene")]
async fn by_default_it_is_only_said_and_only_once() {
    let blue = Container::silent().await;
    let (stage, mut passed) = stage(&blue, RateLimits::Warn, still).await;
    for _ in 0..2 {
        assert_eq!(one_more(&stage).await.status(), 404);
    }
    let told = passed.recv().await.unwrap();
    assert_eq!((told.limit, told.enforced), (Limit::Requests, false));
    assert!(passed.try_recv().is_err());
}

#[tokio::test(crate = "crate::scene")]
async fn off_is_off() {
    let blue = Container::silent().await;
    let (stage, mut passed) = stage(&blue, RateLimits::Off, still).await;
    assert_eq!(one_more(&stage).await.status(), 404);
    assert!(passed.try_recv().is_err());
}

/// Whether a new connection is answered on, instead of closed.
async fn is_taken(stage: &Stage) -> bool {
    let mut client = connect(stage.door).await;
    let sent = client.stream.write_all(b"GET / HTTP/1.0\r\n\r\n").await;
    sent.is_ok() && client.head().await.is_ok()
}

#[tokio::test(crate = "crate::scene")]
async fn too_many_new_connections_are_closed() {
    let blue = Container::silent().await;
    let (stage, mut passed) = stage(&blue, RateLimits::Enforce, still).await;
    for _ in 0..500 {
        assert!(is_taken(&stage).await);
    }
    assert!(!is_taken(&stage).await);
    let told = passed.recv().await.unwrap();
    assert_eq!((told.limit, told.enforced), (Limit::NewConnections, true));
}

#[tokio::test(crate = "crate::scene")]
async fn too_many_active_connections_are_closed_until_one_ends() {
    more_files();
    let blue = Container::silent().await;
    let (stage, mut passed) = stage(&blue, RateLimits::Enforce, racing).await;
    let mut clients = vec![];
    for _ in 0..500 {
        clients.push(connect(stage.door).await);
    }
    assert!(!is_taken(&stage).await);
    let told = passed.recv().await.unwrap();
    assert_eq!((told.limit, told.enforced), (Limit::ActiveConnections, true));
    drop(clients.pop());
    while stage.counters.connections() == 500 {
        tokio::task::yield_now().await;
    }
    assert!(is_taken(&stage).await);
    assert!(passed.try_recv().is_err());
}

/// Both ends of every connection are in this process.
#[cfg(unix)]
fn more_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(4096, |maximum| maximum.min(4096));
    if limit.current.is_some_and(|current| current < wanted) {
        setrlimit(Resource::Nofile, rustix::process::Rlimit { current: Some(wanted), ..limit }).unwrap();
    }
}

#[cfg(not(unix))]
fn more_files() {}

/// What passes 5 MB waits, by the byte, while no time goes by: 0.2 MB for 40 ms at its end.
#[tokio::test(crate = "crate::scene")]
async fn bandwidth_slows_and_says_by_how_much() {
    let blue = Container::start(|mut turn| async move {
        turn.wire.send("HTTP/1.1 200 OK\r\ncontent-length: 5200000\r\n\r\n").await;
        turn.wire.send(vec![b'x'; 5_200_000]).await;
    })
    .await;
    for (te, says) in [("connection: close\r\n", false), ("te: trailers\r\nconnection: close\r\n", true)] {
        let (mut stage, mut passed) = stage(&blue, RateLimits::Enforce, still).await;
        let _following = stage.counters.follow();
        let mut client = connect(stage.door).await;
        client.send(post(te, "{}")).await;
        let head = client.head().await.unwrap();
        assert_eq!((head.has("content-length"), head.has("trailer")), (!says, says));
        let rest = client.rest().await.unwrap();
        let exchange = stage.exchange().await;
        assert!(exchange.response_throttling_delay_ms >= 40, "{}", exchange.response_throttling_delay_ms);
        assert_eq!((exchange.response_code, exchange.reason), (200, None));
        let end = String::from_utf8_lossy(&rest[rest.len() - 200..]).into_owned();
        assert_eq!(end.contains("ms-azureml-bandwidth-response-delay-ms: "), says, "{end}");
        assert!(!end.contains("request-delay-ms: "), "{end}");
        assert_eq!(passed.recv().await.unwrap().limit, Limit::Bandwidth);
    }
}

/// As much of an upload whose length is declared.
#[tokio::test(crate = "crate::scene")]
async fn a_declared_upload_waits_before_it_is_sent_on() {
    let blue = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let (mut stage, _passed) = stage(&blue, RateLimits::Enforce, still).await;
    let _following = stage.counters.follow();
    assert_eq!(ask(stage.door, post("", &"x".repeat(5_500_000))).await.status(), 200);
    assert_eq!(stage.exchange().await.request_throttling_delay_ms, 100);
}

/// Nothing is known of it beforehand: every piece waits.
#[tokio::test(crate = "crate::scene")]
async fn a_chunked_upload_is_counted_and_slowed_as_it_comes() {
    let mut blue = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    let (mut stage, mut passed) = stage(&blue, RateLimits::Enforce, still).await;
    let _following = stage.counters.follow();
    let mut request = head("POST /score", "transfer-encoding: chunked\r\nte: trailers\r\n");
    for _ in 0..52 {
        request.push_str(&format!("186a0\r\n{}\r\n", "x".repeat(100_000)));
    }
    let mut client = connect(stage.door).await;
    client.send(request + "0\r\n\r\n").await;
    let head = client.head().await.unwrap();
    assert_eq!(client.chunk().await.unwrap().unwrap(), b"ok");
    assert_eq!((head.one("trailer").contains("request-delay"), blue.seen().await.body.len()), (true, 5_200_000));
    let exchange = stage.exchange().await;
    assert_eq!((exchange.response_code, exchange.request_payload_bytes), (200, 5_200_000));
    assert!(exchange.request_throttling_delay_ms >= 40, "{}", exchange.request_throttling_delay_ms);
    assert_eq!(passed.recv().await.unwrap().limit, Limit::Bandwidth);
}
