//! What hyper cannot read as a request, and answers by itself: signed like every other answer of a front end.

use crate::client::{Answer, answer, connect, post};
use crate::container::Container;
use crate::stage::{Stage, deployment, endpoint};
use model::{Profile, ServedEndpoint};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

fn unreadable() -> [(&'static str, String); 3] {
    let long = "a".repeat(70_000);
    [
        ("400 Bad Request", "GET /score HTTP/1.1\r\nx y: z\r\n\r\n".to_owned()),
        ("414 URI Too Long", format!("GET /{long} HTTP/1.1\r\nhost: a\r\n\r\n")),
        ("431 Request Header Fields Too Large", format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(101))),
    ]
}

/// Sent after so many requests of the same connection. The answer, and that the connection ends with it.
async fn told(stage: &Stage, after: usize, bytes: &str) -> Answer {
    let mut client = connect(stage.door).await;
    for _ in 0..after {
        client.send(post("", "{}")).await;
        assert_eq!(answer(&mut client).await.unwrap().text(), "ok");
    }
    client.send(bytes).await;
    let told = answer(&mut client).await.unwrap();
    assert!(client.rest().await.unwrap_or_default().is_empty());
    told
}

#[tokio::test(crate = "crate::scene")]
async fn its_answer_has_an_id() {
    let blue = Container::says(OK).await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    for (status, bytes) in unreadable() {
        for after in [0, 2] {
            let expected = format!(
                "HTTP/1.1 {status}\nconnection: close\ncontent-length: 0\nserver: azureml-frontdoor\nx-request-id: GUID\n\n"
            );
            assert_eq!(told(&stage, after, &bytes).await.whole(), expected);
        }
    }
    let unrouted = stage.counters.meters().unrouted;
    let counted: Vec<_> = unrouted.iter().map(|answers| (answers.status, answers.count)).collect();
    assert_eq!(counted, [(400, 2), (414, 2), (431, 2)]);
}

/// Both come at once: the first is answered, then the second.
#[tokio::test(crate = "crate::scene")]
async fn behind_a_request_in_the_same_write() {
    let blue = Container::says(OK).await;
    let stage = Stage::blue(&[&blue], |_| {}).await;
    let mut client = connect(stage.door).await;
    client.send(post("", "{}") + &unreadable()[0].1).await;
    let first = answer(&mut client).await.unwrap();
    let second = answer(&mut client).await.unwrap();
    assert_eq!((first.status(), second.status()), (200, 400));
    let ids = [&first, &second].map(|answer| answer.head.all("x-request-id"));
    assert!(ids.iter().all(|ids| ids.len() == 1) && ids[0] != ids[1], "{ids:?}");
}

#[tokio::test(crate = "crate::scene")]
async fn passthrough_adds_nothing() {
    let blue = Container::says(OK).await;
    let served = endpoint(vec![deployment("blue", &[blue.address])]);
    let stage = Stage::open(ServedEndpoint { profile: Profile::Passthrough, ..served }).await;
    let told = told(&stage, 0, &unreadable()[0].1).await.whole();
    assert_eq!(told, "HTTP/1.1 400 Bad Request\nconnection: close\ncontent-length: 0\n\n");
}
