//! The end of a door.

use crate::admission::send;
use crate::client::{answer, connect, post};
use crate::container::{Container, gate};
use crate::stage::{Stage, deployment, endpoint};
use front_end::Drained;
use std::time::Duration;
use tokio::net::TcpStream;

#[tokio::test(crate = "crate::scene")]
async fn what_is_in_flight_is_finished() {
    let gate = gate();
    let mut blue = Container::gated(&gate).await;
    let mut stage = Stage::blue(&[&blue], |_| {}).await;
    let mut idle = connect(stage.door).await;
    idle.send(post("", "before")).await;
    gate.add_permits(1);
    assert_eq!(answer(&mut idle).await.unwrap().text(), "before");
    let running = [send(stage.door, "one"), send(stage.door, "two")];
    blue.seen().await;
    stage.until(2, 1, 0).await;

    let door = stage.door;
    stage.stop();
    assert!(idle.rest().await.unwrap().is_empty());
    assert!(TcpStream::connect(door).await.is_err());
    gate.add_permits(2);
    for answer in running {
        assert_eq!(answer.await.unwrap().status(), 200);
    }
    assert_eq!(stage.drained().await, Drained { finished: 2, cut: 0 });
}

#[tokio::test(crate = "crate::scene")]
async fn what_takes_too_long_is_cut() {
    let mut blue = Container::silent().await;
    let served = endpoint(vec![deployment("blue", &[blue.address])]);
    let mut stage = Stage::with(served, |config| config.drain = Duration::from_millis(20)).await;
    let mut client = connect(stage.door).await;
    client.send(post("", "{}")).await;
    blue.seen().await;
    stage.stop();
    assert_eq!(stage.drained().await, Drained { finished: 0, cut: 1 });
    assert!(client.rest().await.unwrap().is_empty());
}

#[tokio::test(crate = "crate::scene")]
async fn a_full_channel_drops_exchanges_and_counts_them() {
    let blue = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let (sender, _kept) = tokio::sync::mpsc::channel(1);
    let served = endpoint(vec![deployment("blue", &[blue.address])]);
    let stage = Stage::with(served, |config| config.exchanges = sender).await;
    let mut client = connect(stage.door).await;
    for _ in 0..3 {
        client.send(post("", "{}")).await;
        assert_eq!(answer(&mut client).await.unwrap().status(), 200);
    }
    drop(client);
    while stage.counters.open_requests() > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(stage.counters.dropped_exchanges(), 2);
}
