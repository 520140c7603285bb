//! Mirror traffic: the copy arrives, and nobody notices.

use crate::client::{ask, head, post};
use crate::container::Container;
use crate::stage::{Stage, deployment, endpoint, name};
use model::{Mirror, Reason, ServedEndpoint, UpstreamMode};
use std::net::SocketAddr;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nblue";

/// `blue` has the traffic, `green` a copy of half of it.
fn mirrored(blue: SocketAddr, green: SocketAddr) -> ServedEndpoint {
    let mut served = endpoint(vec![deployment("blue", &[blue]), deployment("green", &[green])]);
    served.mirror = Some(Mirror { deployment: name("green"), percent: 50 });
    served
}

/// Every request is copied: no rule of Azure's, but it makes a test say less.
async fn stage(mut served: ServedEndpoint) -> Stage {
    served.mirror = served.mirror.map(|mirror| Mirror { percent: 100, ..mirror });
    Stage::open(served).await
}

fn dropped(stage: &Stage) -> u64 {
    stage.counters.meters().deployments.get(&name("green")).map_or(0, |green| green.copies_dropped)
}

async fn until_dropped(stage: &Stage, count: u64) {
    while dropped(stage) != count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(crate = "crate::scene")]
async fn a_copy_has_all_of_the_request_but_the_ids() {
    for mode in [UpstreamMode::WholeBodyThenClose, UpstreamMode::Streaming] {
        let (mut blue, mut green) = (Container::says(OK).await, Container::says(OK).await);
        let mut served = mirrored(blue.address, green.address);
        let mut first = deployment("blue", &[blue.address]);
        first.upstream = mode;
        served.deployments.insert(name("blue"), first.into());
        let stage = stage(served).await;
        let sent = "x-own: a\r\nx-ms-client-request-id: mine\r\n";
        let answer = ask(stage.door, post(sent, "the body")).await;
        assert_eq!((answer.text(), answer.head.one("azureml-model-deployment").as_str()), ("blue", "blue"));
        let (original, copy) = (blue.seen().await, green.seen().await);
        assert_eq!((copy.head.start.as_str(), copy.text().as_str()), ("POST /score HTTP/1.1", "the body"));
        for header in ["x-own", "x-ms-client-request-id", "content-length"] {
            assert_eq!(copy.head.one(header), original.head.one(header));
        }
        assert_ne!(copy.head.one("x-request-id"), original.head.one("x-request-id"));
        assert!(!copy.head.has("authorization"));
        assert_eq!(dropped(&stage), 0);
    }
}

#[tokio::test(crate = "crate::scene")]
async fn chunks_are_copied_and_too_many_of_them_are_not() {
    let (mut blue, mut green) = (Container::says(OK).await, Container::says(OK).await);
    let mut served = mirrored(blue.address, green.address);
    let mut first = deployment("blue", &[blue.address]);
    first.upstream = UpstreamMode::Streaming;
    served.deployments.insert(name("blue"), first.into());
    let stage = stage(served).await;
    let chunked = head("POST /score", "transfer-encoding: chunked\r\n");
    assert_eq!(ask(stage.door, format!("{chunked}3\r\nthe\r\n5\r\n body\r\n0\r\n\r\n")).await.status(), 200);
    assert_eq!(green.seen().await.text(), "the body");
    assert_eq!(blue.seen().await.text(), "the body");
    let large = "x".repeat((1 << 20) + 1);
    assert_eq!(ask(stage.door, post("", &large)).await.status(), 200);
    until_dropped(&stage, 1).await;
    assert!(green.saw_nothing());
}

#[tokio::test(crate = "crate::scene")]
async fn what_becomes_of_a_copy_is_told_and_changes_nothing() {
    let blue = Container::says(OK).await;
    let failing = Container::says("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 3\r\n\r\nbad").await;
    let mut stage = stage(mirrored(blue.address, failing.address)).await;
    assert_eq!(ask(stage.door, post("", "{}")).await.text(), "blue");
    let mut told = stage.exchange().await;
    if !told.mirror {
        told = stage.exchange().await;
    }
    assert_eq!((told.mirror, told.deployment, told.response_code), (true, Some(name("green")), 424));
    assert_eq!((told.reason, told.model_status_code), (Some(Reason::ModelError), Some(500)));
    assert_eq!((told.request_payload_bytes, told.response_payload_bytes), (2, 3));
}

#[tokio::test(crate = "crate::scene")]
async fn a_copy_that_finds_no_room_is_dropped() {
    let (blue, mut silent) = (Container::says(OK).await, Container::silent().await);
    let stage = stage(mirrored(blue.address, silent.address)).await;
    assert_eq!(ask(stage.door, post("", "1")).await.text(), "blue");
    assert_eq!(silent.seen().await.text(), "1");
    for count in 1..=3 {
        assert_eq!(ask(stage.door, post("", "2")).await.text(), "blue");
        until_dropped(&stage, count).await;
    }
    assert!(silent.saw_nothing());
}

/// For each of twenty requests whether it was copied.
async fn copies(headers: &str, seed: u64) -> Vec<bool> {
    let (blue, mut green) = (Container::says(OK).await, Container::says(OK).await);
    let stage = Stage::with(mirrored(blue.address, green.address), |config| config.seed = Some(seed)).await;
    let mut copied = vec![];
    for _ in 0..20 {
        assert_eq!(ask(stage.door, post(headers, "{}")).await.text(), "blue");
        stage.quiet().await;
        copied.push(!green.saw_nothing());
    }
    copied
}

#[tokio::test(crate = "crate::scene")]
async fn a_seed_repeats_who_is_copied() {
    let first = copies("", 7).await;
    assert_eq!(first, copies("", 7).await);
    assert!(first.contains(&true) && first.contains(&false), "{first:?}");
}

#[tokio::test(crate = "crate::scene")]
async fn who_names_the_deployment_is_not_copied() {
    assert_eq!(copies("azureml-model-deployment: blue\r\n", 7).await, [false; 20]);
}
