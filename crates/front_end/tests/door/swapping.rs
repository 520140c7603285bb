//! A fleet replaced under running requests.

use crate::admission::send;
use crate::client::{answer, ask, connect, post};
use crate::container::{Container, gate};
use crate::stage::{Stage, deployment, endpoint, instance};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

#[tokio::test(crate = "crate::scene")]
async fn a_new_instance_wakes_who_waits() {
    let gate = gate();
    let (mut one, mut two) = (Container::gated(&gate).await, Container::gated(&gate).await);
    let stage = Stage::blue(&[&one], |_| {}).await;
    let answers = [send(stage.door, "a"), send(stage.door, "b")];
    one.seen().await;
    stage.until(2, 1, 0).await;
    stage.publish(endpoint(vec![deployment("blue", &[one.address, two.address])]));
    two.seen().await;
    gate.add_permits(2);
    for answer in answers {
        assert_eq!(answer.await.unwrap().status(), 200);
    }
}

#[tokio::test(crate = "crate::scene")]
async fn who_waits_hears_at_once_that_no_instance_is_ready() {
    let gate = gate();
    let mut one = Container::gated(&gate).await;
    let stage = Stage::blue(&[&one], |_| {}).await;
    let running = send(stage.door, "running");
    one.seen().await;
    let waiting = send(stage.door, "waiting");
    stage.until(2, 1, 0).await;
    let mut gone = deployment("blue", &[one.address]);
    gone.instances[0].ready = false;
    stage.publish(endpoint(vec![gone]));
    assert_eq!(waiting.await.unwrap().head.one("ms-azureml-model-error-reason"), "model_not_ready");
    gate.add_permits(1);
    assert_eq!(running.await.unwrap().text(), "running");
}

#[tokio::test(crate = "crate::scene")]
async fn a_restarted_instance_starts_at_none() {
    let gate = gate();
    let mut one = Container::gated(&gate).await;
    let stage = Stage::blue(&[&one], |_| {}).await;
    let old = send(stage.door, "old");
    one.seen().await;
    let mut restarted = deployment("blue", &[one.address]);
    restarted.instances[0].generation = 1;
    stage.publish(endpoint(vec![restarted]));
    let new = send(stage.door, "new");
    assert_eq!(one.seen().await.text(), "new");
    gate.add_permits(2);
    assert_eq!((old.await.unwrap().status(), new.await.unwrap().status()), (200, 200));
    stage.until(0, 0, 0).await;
}

/// The fleet tells of an end later than the socket does.
#[tokio::test(crate = "crate::scene")]
async fn an_instance_whose_connection_broke_gets_no_more_while_another_is_ready() {
    let (broken, well) =
        (Container::says("").await, Container::says("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1").await);
    let stage = Stage::open(endpoint(vec![deployment("blue", &[broken.address, well.address])])).await;
    let mut statuses = vec![];
    for _ in 0..6 {
        statuses.push(ask(stage.door, post("", "{}")).await.status());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 424]);
}

/// Instances and weights change all the time; what is asked meanwhile is answered by either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2, crate = "crate::scene")]
async fn under_load_no_request_is_lost() {
    let (one, two) = (
        Container::says("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1").await,
        Container::says("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n2").await,
    );
    let served = |address, number| {
        let mut blue = deployment("blue", &[address]);
        blue.instances = vec![instance("blue", number, address)];
        blue.limits.instance_count = 50;
        endpoint(vec![blue, deployment("green", &[address])])
    };
    let stage = Stage::open(served(one.address, 0)).await;
    let over = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..8).map(|_| tokio::spawn(until_over(stage.door, over.clone()))).collect();
    let mut turns = 0;
    while ask(stage.door, post("", "{}")).await.status() == 200 && turns < 200 {
        let (address, number) = if turns % 2 == 0 { (two.address, 1) } else { (one.address, 0) };
        stage.publish(served(address, number));
        turns += 1;
    }
    over.store(true, SeqCst);
    assert_eq!(turns, 200);
    for client in clients {
        assert!(client.await.unwrap() > 0);
    }
    stage.until(0, 0, 0).await;
}

async fn until_over(door: std::net::SocketAddr, over: Arc<AtomicBool>) -> u32 {
    let mut client = connect(door).await;
    let mut answered = 0;
    while !over.load(SeqCst) {
        client.send(post("", "{}")).await;
        assert_eq!(answer(&mut client).await.unwrap().status(), 200);
        answered += 1;
    }
    answered
}
