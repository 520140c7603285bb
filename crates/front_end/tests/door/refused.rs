//! An instance that is dead already, which the fleet does not know yet: it refuses the connection or says nothing, and
//! nothing of the request was seen.

use crate::admission::send;
use crate::client::{Answer, ask, post};
use crate::container::{Container, gate};
use crate::scene;
use crate::stage::{Stage, deployment, endpoint};
use model::{Profile, Reason, ServedDeployment, ServedEndpoint, UpstreamMode};
use std::net::SocketAddr;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// Nobody listens there, and nobody else gets the port.
pub fn dead() -> SocketAddr {
    let socket = Box::leak(Box::new(tokio::net::TcpSocket::new_v4().unwrap()));
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    scene::container(address.port());
    address
}

fn blue(addresses: &[SocketAddr], upstream: UpstreamMode) -> ServedEndpoint {
    endpoint(vec![ServedDeployment { upstream, ..deployment("blue", addresses) }])
}

async fn asked(stage: &Stage, times: usize) -> Vec<Answer> {
    let mut answers = vec![];
    for _ in 0..times {
        answers.push(ask(stage.door, post("", "{}")).await);
    }
    answers
}

#[tokio::test(crate = "crate::scene")]
async fn another_one_answers_and_is_told_of() {
    for upstream in [UpstreamMode::WholeBodyThenClose, UpstreamMode::Streaming] {
        let mut well = Container::says(OK).await;
        let mut stage = Stage::open(blue(&[dead(), well.address], upstream)).await;
        for answer in asked(&stage, 6).await {
            assert_eq!((answer.status(), answer.text()), (200, "ok"));
            assert_eq!(stage.exchange().await.instance.unwrap().number, 1);
            assert_eq!(well.seen().await.text(), "{}");
        }
        stage.until(0, 0, 0).await;
    }
}

#[tokio::test(crate = "crate::scene")]
async fn one_that_is_busy_is_waited_for() {
    let gate = gate();
    let mut well = Container::gated(&gate).await;
    let stage = Stage::open(blue(&[well.address, dead()], UpstreamMode::WholeBodyThenClose)).await;
    let first = send(stage.door, "first");
    well.seen().await;
    let second = send(stage.door, "second");
    stage.until(2, 1, 0).await;
    gate.add_permits(2);
    assert_eq!((first.await.unwrap().text(), second.await.unwrap().text()), ("first", "second"));
}

#[tokio::test(crate = "crate::scene")]
async fn where_all_are_dead_each_is_asked_once() {
    for (profile, status) in [(Profile::Managed, 424), (Profile::Kubernetes, 502), (Profile::Passthrough, 502)] {
        let all = blue(&[dead(), dead(), dead()], UpstreamMode::WholeBodyThenClose);
        let mut stage = Stage::open(ServedEndpoint { profile, ..all }).await;
        let path = if profile == Profile::Kubernetes { "/api/v1/endpoint/credit/score" } else { "/score" };
        let answer =
            ask(stage.door, post("", "{}").replacen("/score", path, 1).replacen("door.test", "localhost", 1)).await;
        assert_eq!((answer.status(), stage.exchange().await.reason), (status, Some(Reason::UpstreamClosed)));
        stage.until(0, 0, 0).await;
    }
}

/// The fleet knows by then.
#[tokio::test(crate = "crate::scene")]
async fn the_fleet_may_have_moved_on_meanwhile() {
    let well = Container::says(OK).await;
    let stage = Stage::open(blue(&[dead()], UpstreamMode::WholeBodyThenClose)).await;
    assert_eq!(asked(&stage, 1).await[0].status(), 424);
    let mut restarted = deployment("blue", &[well.address]);
    restarted.instances[0].generation = 1;
    stage.publish(endpoint(vec![restarted]));
    assert_eq!(asked(&stage, 1).await[0].status(), 200);
}

/// A listener that has no room: a question to it gets no answer, as one to an address that nobody has any more.
#[cfg(target_os = "linux")]
async fn silent() -> (tokio::net::TcpListener, tokio::net::TcpStream) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    scene::container(listener.local_addr().unwrap().port());
    let room = tokio::net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    (listener, room)
}

#[cfg(target_os = "linux")]
#[tokio::test(crate = "crate::scene")]
async fn who_says_nothing_is_given_up_as_soon_as_the_fleet_tells() {
    let (listener, _room) = silent().await;
    let (well, gone) = (Container::says(OK).await, listener.local_addr().unwrap());
    for (others, status) in [(vec![well.address], 200), (vec![], 424)] {
        let mut stage = Stage::open(blue(&[gone], UpstreamMode::WholeBodyThenClose)).await;
        let request = send(stage.door, "");
        stage.until(1, 0, 0).await;
        let mut served = deployment("blue", &[&[gone], &*others].concat());
        served.instances[0].ready = false;
        stage.publish(endpoint(vec![served]));
        assert_eq!(request.await.unwrap().status(), status);
        let reason = stage.exchange().await.reason;
        assert_eq!(reason, others.is_empty().then_some(Reason::ModelNotReady));
    }
}
