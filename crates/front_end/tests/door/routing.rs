//! Which deployment, and by whose rules.

use crate::client::{ask, head, post};
use crate::container::Container;
use crate::stage::{Stage, deployment, endpoint, name};
use model::ServedEndpoint;

async fn halves() -> (Container, Container, ServedEndpoint) {
    let blue = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nb").await;
    let green = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\ng").await;
    let mut served = endpoint(vec![deployment("blue", &[blue.address]), deployment("green", &[green.address])]);
    served.traffic = [(name("blue"), 50), (name("green"), 50)].into();
    (blue, green, served)
}

async fn drawn(seed: Option<u64>) -> String {
    let (_blue, _green, served) = halves().await;
    let stage = Stage::with(served, |config| config.seed = seed).await;
    let mut drawn = String::new();
    for _ in 0..40 {
        let answer = ask(stage.door, post("", "{}")).await;
        assert_eq!(answer.head.one("azureml-model-deployment")[..1], *answer.text());
        drawn += answer.text();
    }
    drawn
}

#[tokio::test(crate = "crate::scene")]
async fn a_seed_repeats_the_draws() {
    let first = drawn(Some(7)).await;
    assert_eq!(first, drawn(Some(7)).await);
    assert!(first.contains('b') && first.contains('g'), "{first}");
    assert_ne!(first, drawn(None).await);
}

#[tokio::test(crate = "crate::scene")]
async fn the_header_wins_over_the_weights() {
    let (_blue, _green, mut served) = halves().await;
    served.traffic = [(name("blue"), 100), (name("green"), 0)].into();
    let stage = Stage::open(served).await;
    for _ in 0..5 {
        assert_eq!(ask(stage.door, post("azureml-model-deployment: green\r\n", "{}")).await.text(), "g");
        assert_eq!(ask(stage.door, post("", "{}")).await.text(), "b");
    }
}

#[tokio::test(crate = "crate::scene")]
async fn an_endpoint_that_left_the_fleet_is_404() {
    let (_blue, _green, served) = halves().await;
    let mut stage = Stage::open(served.clone()).await;
    stage.publish(ServedEndpoint { name: model::EndpointName::new("other"), ..served });
    assert_eq!(ask(stage.door, post("", "{}")).await.status(), 404);
    assert_eq!(stage.exchange().await.response_code, 404);
}

/// Odd requests cost nobody else anything.
#[tokio::test(crate = "crate::scene")]
async fn odd_requests_leave_the_door_open() {
    let blue = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nb").await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    for line in ["CONNECT door.test:80", "OPTIONS *", "BREW /score", "GET /score%00%ff?%"] {
        let mut client = crate::client::connect(stage.door).await;
        client.send(head(line, "connection: close\r\n")).await;
        assert!(client.head().await.is_ok(), "{line}");
    }
    for junk in ["\r\n\r\n\r\n", "GET /score\r\n\r\n", "\0\0\0\0\r\n\r\n", "GET /score HTTP/1.1\r\nbad header\r\n\r\n"]
    {
        let mut client = crate::client::connect(stage.door).await;
        client.send(junk).await;
        tokio::io::AsyncWriteExt::shutdown(&mut client.stream).await.unwrap();
        let _ = client.rest().await;
    }
    assert_eq!(ask(stage.door, post("", "{}")).await.status(), 200);
    stage.until(0, 0, 0).await;
}
