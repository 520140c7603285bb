//! Requests that are held back, or whose answer is lost, on purpose.

use crate::client::{answer, ask, connect, head, post};
use crate::container::Container;
use crate::stage::{Stage, deployment, endpoint};
use model::{Effect, FaultCounts, Profile, Reason, RequestFault, ServedDeployment, ServedEndpoint, Share};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

const OK: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok";

fn fault(effect: Effect, share: Share) -> RequestFault {
    RequestFault {
        id: "fault-1".into(),
        effect,
        instance: None,
        share,
        seed: 0,
        counts: Arc::new(FaultCounts::default()),
    }
}

fn slow(delay: Duration) -> Effect {
    Effect::Slow { delay, jitter: Duration::ZERO }
}

async fn stage(containers: &[&Container], faults: &[RequestFault]) -> Stage {
    Stage::blue(containers, |blue| blue.faults = faults.to_vec()).await
}

#[tokio::test(crate = "crate::scene")]
async fn who_is_held_back_is_answered_later() {
    let container = Container::says(OK).await;
    let slow = fault(slow(Duration::from_millis(40)), Share::ALL);
    let mut stage = stage(&[&container], std::slice::from_ref(&slow)).await;
    assert_eq!(ask(stage.door, post("", "{}")).await.status(), 200);
    let exchange = stage.exchange().await;
    assert!(exchange.total_duration_us >= 40_000, "{exchange:?}");
    assert_eq!((exchange.injected.as_deref(), exchange.reason), (Some("fault-1"), None));
    assert_eq!((slow.counts.told(Share::ALL).seen, slow.counts.told(Share::ALL).hit), (1, 1));
}

/// As with a slow model: its place is taken, the next one waits; but the container is never asked.
#[tokio::test(crate = "crate::scene")]
async fn who_is_held_back_too_long_is_408_and_nobody_was_asked() {
    let mut container = Container::says(OK).await;
    let hours = fault(slow(Duration::from_secs(3600)), Share::ALL);
    let mut stage = Stage::blue(&[&container], |blue: &mut ServedDeployment| {
        blue.faults = vec![hours];
        blue.limits.request_timeout = Duration::from_millis(50);
    })
    .await;
    let answer = ask(stage.door, post("", "{}")).await;
    assert_eq!((answer.status(), answer.text()), (408, "upstream request timeout"));
    assert!(container.saw_nothing());
    let exchange = stage.exchange().await;
    assert_eq!(
        (exchange.injected.as_deref(), exchange.reason),
        (Some("fault-1"), Some(Reason::UpstreamRequestTimeout))
    );
    stage.until(0, 0, 0).await;
}

/// What the client gets of an answer: its status, or nothing at all before the connection ends.
async fn status(door: SocketAddr, request: impl AsRef<[u8]>) -> Option<u16> {
    let mut wire = connect(door).await;
    wire.send(request).await;
    match answer(&mut wire).await {
        Ok(answer) => Some(answer.status()),
        Err(_) => {
            assert!(wire.rest().await.unwrap().is_empty());
            None
        }
    }
}

#[tokio::test(crate = "crate::scene")]
async fn an_answer_is_lost_and_the_container_has_worked() {
    let mut container = Container::says(OK).await;
    let mut stage = stage(&[&container], &[fault(Effect::Drop, Share::Every(2))]).await;
    let mut statuses = vec![];
    for _ in 0..4 {
        statuses.push(status(stage.door, post("", "{}")).await);
        container.seen().await;
    }
    assert_eq!(statuses, [Some(200), None, Some(200), None]);
    let told = [stage.exchange().await, stage.exchange().await];
    let told = told.map(|it| (it.injected, it.response_code, it.reason, it.model_status_code));
    let lost = (Some("fault-1".to_owned()), 0, Some(Reason::AnswerLost), Some(200));
    assert_eq!(told, [(None, 200, None, Some(200)), lost]);
    stage.until(0, 0, 0).await;
}

/// Also a path that goes through the Router, a request whose answer has no body, and what was sent ahead.
#[tokio::test(crate = "crate::scene")]
async fn the_connection_is_cut_whatever_was_asked() {
    let container = Container::says(OK).await;
    for (profile, base) in
        [(Profile::Managed, ""), (Profile::Kubernetes, "/api/v1/endpoint/credit"), (Profile::Passthrough, "")]
    {
        let mut blue = deployment("blue", &[container.address]);
        blue.faults = vec![fault(Effect::Drop, Share::ALL)];
        let stage = Stage::open(ServedEndpoint { profile, ..endpoint(vec![blue]) }).await;
        for asked in ["POST /score", "GET /swagger.json", "HEAD /score"] {
            let line = asked.replace(" /", &format!(" {base}/"));
            let request = head(&line, "content-length: 0\r\n").replace("door.test", "localhost");
            assert_eq!(status(stage.door, &request).await, None, "{profile:?} {asked}");
            assert_eq!(status(stage.door, request.repeat(2)).await, None, "{profile:?} {asked} twice");
        }
    }
}

#[tokio::test(crate = "crate::scene")]
async fn one_instance_alone_is_hit() {
    let (first, second) = (Container::says(OK).await, Container::says(OK).await);
    let second_alone = RequestFault { instance: Some(1), ..fault(Effect::Drop, Share::ALL) };
    let stage = stage(&[&first, &second], std::slice::from_ref(&second_alone)).await;
    let mut answered = 0;
    for _ in 0..6 {
        answered += u32::from(status(stage.door, post("", "{}")).await == Some(200));
    }
    assert_eq!((answered, second_alone.counts.told(Share::ALL).seen), (3, 3));
}

/// It came with the fleet, and goes with it.
#[tokio::test(crate = "crate::scene")]
async fn a_fault_ends_with_the_next_fleet() {
    let container = Container::says(OK).await;
    let stage = stage(&[&container], &[fault(Effect::Drop, Share::ALL)]).await;
    assert_eq!(status(stage.door, post("", "{}")).await, None);
    stage.publish(endpoint(vec![deployment("blue", &[container.address])]));
    assert_eq!(status(stage.door, post("", "{}")).await, Some(200));
}
