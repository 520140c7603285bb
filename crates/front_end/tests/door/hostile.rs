//! Slow clients, clients that leave at any moment, and containers that do not read: the next request is served.

use crate::client::{answer, ask, connect, head, post};
use crate::container::Container;
use crate::stage::{Stage, deployment, endpoint};
use crate::wire::Wire;
use model::{Reason, ServedDeployment, UpstreamMode};
use std::time::Duration;
use tokio::io::AsyncWriteExt;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

async fn hurried(blue: &Container) -> Stage {
    let served = endpoint(vec![deployment("blue", &[blue.address])]);
    Stage::with(served, |config| config.head_timeout = Duration::from_millis(500)).await
}

async fn over(blue: &Container, upstream: UpstreamMode) -> Stage {
    Stage::open(endpoint(vec![ServedDeployment { upstream, ..deployment("blue", &[blue.address]) }])).await
}

const BOTH: [UpstreamMode; 2] = [UpstreamMode::WholeBodyThenClose, UpstreamMode::Streaming];

/// Nothing is answered: it may be an idle connection, and who sends half a head reads none.
#[tokio::test(crate = "crate::scene")]
async fn a_head_that_does_not_end_is_hung_up_on() {
    let mut blue = Container::says(OK).await;
    let mut stage = hurried(&blue).await;
    for begun in ["", "P", "POST /score HTTP/1.1\r\nhost: a\r\n", "\r\n\r\n"] {
        let mut client = connect(stage.door).await;
        client.send(begun).await;
        assert!(client.rest().await.unwrap().is_empty());
    }
    assert!(blue.saw_nothing() && stage.no_exchange());
    assert_eq!(ask(stage.door, post("", "{}")).await.status(), 200);
}

#[tokio::test(crate = "crate::scene")]
async fn a_byte_now_and_then_gains_no_time() {
    let mut blue = Container::says(OK).await;
    let stage = hurried(&blue).await;
    let mut client = connect(stage.door).await;
    client.send("GET /score HTTP/1.1\r\nx-a: ").await;
    let started = std::time::Instant::now();
    while tokio::time::timeout(Duration::from_millis(5), client.rest()).await.is_err() {
        let _ = client.stream.write_all(b"a").await;
        assert!(started.elapsed() < Duration::from_secs(20), "it is still listened to");
    }
    assert!(blue.saw_nothing());
    assert_eq!(ask(stage.door, post("", "{}")).await.status(), 200);
}

#[tokio::test(crate = "crate::scene")]
async fn a_connection_that_is_not_used_again_is_closed() {
    let blue = Container::says(OK).await;
    let stage = hurried(&blue).await;
    let mut client = connect(stage.door).await;
    client.send(post("", "{}")).await;
    assert_eq!(answer(&mut client).await.unwrap().status(), 200);
    assert!(client.rest().await.unwrap().is_empty());
}

/// How a client goes: it drops the connection, resets it, or ends its own half. Each ends the request; that the
/// other half would still be read is not waited for, as in Envoy.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Leave {
    Close,
    Reset,
    Half,
}

impl Leave {
    /// The wire that must be kept for the half that is open.
    async fn apply(self, mut client: Wire) -> Option<Wire> {
        match self {
            Self::Close => None,
            Self::Reset => {
                client.stream.set_zero_linger().unwrap();
                None
            }
            Self::Half => {
                client.stream.shutdown().await.unwrap();
                Some(client)
            }
        }
    }
}

const LEAVES: [Leave; 3] = [Leave::Close, Leave::Reset, Leave::Half];

#[tokio::test(crate = "crate::scene")]
async fn gone_before_the_head_is_whole() {
    let mut blue = Container::says(OK).await;
    let mut stage = over(&blue, UpstreamMode::Streaming).await;
    for leave in LEAVES {
        for begun in ["", "POST", "POST /score HTTP/1.1\r\nhost: a\r\ncontent-"] {
            let mut client = connect(stage.door).await;
            client.send(begun).await;
            let kept = leave.apply(client).await;
            if let Some(mut kept) = kept {
                assert!(kept.rest().await.unwrap_or_default().is_empty(), "{begun}");
            }
        }
    }
    while stage.counters.meters().connections_active > 0 {
        tokio::task::yield_now().await;
    }
    assert!(blue.saw_nothing() && stage.no_exchange());
    assert_eq!(ask(stage.door, post("", "{}")).await.status(), 200);
}

#[tokio::test(crate = "crate::scene")]
async fn gone_in_the_body() {
    for (upstream, leave) in BOTH.into_iter().flat_map(|upstream| LEAVES.map(|leave| (upstream, leave))) {
        for sent in ["", "01234"] {
            let mut blue = Container::raw(|mut turn| async move {
                let _ = turn.wire.rest().await;
            })
            .await;
            let mut stage = over(&blue, upstream).await;
            let mut client = connect(stage.door).await;
            client.send(head("POST /score", "content-length: 10\r\n") + sent).await;
            if upstream == UpstreamMode::Streaming && !sent.is_empty() {
                assert_eq!(blue.seen().await.head.one("content-length"), "10");
            }
            stage.until(1, 0, 0).await;
            let kept = leave.apply(client).await;
            let exchange = stage.exchange().await;
            let told = (exchange.response_code, exchange.reason);
            assert_eq!(told, (0, Some(Reason::ClientClosed)), "{upstream:?} {leave:?} {sent}");
            stage.until(0, 0, 0).await;
            if let Some(mut kept) = kept {
                let _ = kept.rest().await;
            }
            assert!(upstream == UpstreamMode::Streaming || blue.saw_nothing());
        }
    }
}

#[tokio::test(crate = "crate::scene")]
async fn gone_while_the_container_works() {
    for (upstream, leave) in BOTH.into_iter().flat_map(|upstream| LEAVES.map(|leave| (upstream, leave))) {
        let mut blue = Container::start(|turn| async move {
            let _open = turn;
            std::future::pending::<()>().await;
        })
        .await;
        let mut stage = over(&blue, upstream).await;
        let mut client = connect(stage.door).await;
        client.send(post("", "{}")).await;
        blue.seen().await;
        let kept = leave.apply(client).await;
        let exchange = stage.exchange().await;
        assert_eq!(
            (exchange.response_code, exchange.reason),
            (0, Some(Reason::ClientClosed)),
            "{upstream:?} {leave:?}"
        );
        stage.until(0, 0, 1).await;
        drop(blue);
        stage.until(0, 0, 0).await;
        drop(kept);
    }
}

/// It answers as soon as it has the head, and reads the body away after that.
#[tokio::test(crate = "crate::scene")]
async fn a_container_that_answers_before_the_body_is_heard() {
    let blue = Container::raw(|mut turn| async move {
        turn.wire.send(OK.replacen("\r\n", "\r\nconnection: close\r\n", 1)).await;
        let _ = turn.wire.rest().await;
    })
    .await;
    let stage = over(&blue, UpstreamMode::Streaming).await;
    for size in [10, 4 << 20] {
        let mut client = connect(stage.door).await;
        let _ = client.stream.write_all(post("", &"x".repeat(size)).as_bytes()).await;
        assert_eq!(answer(&mut client).await.unwrap().text(), "ok", "{size}");
        assert_eq!(ask(stage.door, post("", "")).await.text(), "ok", "{size}");
        stage.until(0, 0, 0).await;
    }
}

/// It answers as soon as it has the head and hangs up on the rest, as a server does that refuses an upload. The client
/// reads when it has sent everything, or cannot any more.
#[tokio::test(crate = "crate::scene")]
async fn a_container_that_answers_and_hangs_up_on_the_body_is_heard() {
    let mut blue = Container::raw(|mut turn| async move {
        turn.wire.send("HTTP/1.1 413 Payload Too Large\r\nconnection: close\r\ncontent-length: 3\r\n\r\nbig").await;
        drop(turn.wire);
        turn.note.send("hung up").unwrap();
    })
    .await;
    let mut stage = over(&blue, UpstreamMode::Streaming).await;
    for size in [10, 100 << 10, 8 << 20] {
        let mut client = connect(stage.door).await;
        let _ = client.stream.write_all(post("", &"x".repeat(size)).as_bytes()).await;
        let answer = answer(&mut client).await.unwrap();
        let code = answer.head.one("ms-azureml-model-error-statuscode");
        assert_eq!((answer.status(), &*code, answer.text()), (424, "413", "big"), "{size}");
        assert_eq!(stage.exchange().await.reason, Some(Reason::ModelError), "{size}");
        assert_eq!(blue.notes.recv().await, Some("hung up"));
        stage.until(0, 0, 0).await;
    }
}

#[tokio::test(crate = "crate::scene")]
async fn a_kept_connection_that_was_reset_is_replaced() {
    let mut blue = Container::start(|mut turn| async move {
        turn.wire.send(OK).await;
        turn.wire.stream.set_zero_linger().unwrap();
        drop(turn.wire);
        turn.note.send("reset").unwrap();
    })
    .await;
    let stage = over(&blue, UpstreamMode::Streaming).await;
    let mut client = connect(stage.door).await;
    for _ in 0..5 {
        client.send(post("", "{}")).await;
        assert_eq!(answer(&mut client).await.unwrap().text(), "ok");
        assert_eq!(blue.notes.recv().await, Some("reset"));
    }
}
