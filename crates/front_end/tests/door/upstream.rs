//! What a container says and what the client gets: the rows of `fixtures/front_end/upstream.toml`, each played as the
//! inference server and as a custom container. The next request has its own answer, never what was left of this one.
//!
//! | field | |
//! |---|---|
//! | `said` | the bytes of the container, `{2000k}` so many |
//! | `then` | what it does after them: `close`, `half` close, `reset`, `hold` the connection |
//! | `answer` | status, the container's status in a 424, body; `CUT` has no end, and its connection ends |
//! | `reason` | of the exchange |

use crate::client::{Answer, answer, ask, connect, post};
use crate::container::{Container, Turn};
use crate::stage::{Stage, deployment, endpoint};
use crate::wire::Wire;
use model::{ServedDeployment, UpstreamMode};
use serde::Deserialize;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;
use tokio::io::AsyncWriteExt;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    situation: String,
    said: String,
    then: String,
    answer: String,
    reason: String,
}

/// A row as the container plays it, once.
#[derive(Clone, Copy)]
struct Part {
    said: &'static str,
    then: &'static str,
    played: &'static AtomicBool,
}

#[tokio::test(crate = "crate::scene")]
async fn answers() {
    let cases: Cases = toml::from_str(include_str!("../../../../fixtures/front_end/upstream.toml")).unwrap();
    let mut wrong = vec![];
    for case in &cases.case {
        for upstream in [UpstreamMode::WholeBodyThenClose, UpstreamMode::Streaming] {
            let played = tokio::time::timeout(Duration::from_secs(20), play(case, upstream)).await;
            let wanted = (case.answer.clone(), case.reason.clone());
            if played.as_ref() != Ok(&wanted) {
                wrong.push(format!("{} ({upstream:?})\n  wanted {wanted:?}\n  have   {played:?}", case.situation));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Answer and reason.
async fn play(case: &Case, upstream: UpstreamMode) -> (String, String) {
    let said = case.said.replace("{2000k}", &"a".repeat(2_000_000)).leak();
    let played = Box::leak(Box::new(AtomicBool::new(false)));
    let part = Part { said, then: case.then.clone().leak(), played };
    let blue = Container::start(move |turn| act(part, turn)).await;
    let served = ServedDeployment { upstream, ..deployment("blue", &[blue.address]) };
    let mut stage = Stage::open(endpoint(vec![served])).await;
    let mut client = connect(stage.door).await;
    client.send(post("", "{}")).await;
    let told = told(&mut client).await;
    let reason = stage.exchange().await.reason.map_or_else(String::new, |reason| format!("{reason:?}"));
    if told.ends_with("CUT") {
        // It ends.
        let _ = client.rest().await;
    } else {
        client.send(post("", "{}")).await;
        assert_eq!(answer(&mut client).await.unwrap().text(), "next", "{}", case.situation);
    }
    assert_eq!(ask(stage.door, post("", "{}")).await.text(), "next", "{}", case.situation);
    stage.until(0, 0, 0).await;
    (told, reason)
}

/// The row for the first request, `next` for every other.
async fn act(part: Part, mut turn: Turn) {
    if !part.played.swap(true, SeqCst) {
        let _ = turn.wire.stream.write_all(part.said.as_bytes()).await;
        match part.then {
            "close" => return,
            "reset" => return turn.wire.stream.set_zero_linger().unwrap(),
            "half" => turn.wire.stream.shutdown().await.unwrap(),
            _ => {}
        }
        let Ok(_) = next(&mut turn.wire).await else { return };
    }
    loop {
        let _ = turn.wire.stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnext").await;
        let Ok(_) = next(&mut turn.wire).await else { return };
    }
}

async fn next(wire: &mut Wire) -> std::io::Result<Vec<u8>> {
    let head = wire.head().await?;
    wire.body(&head, false).await
}

async fn told(client: &mut Wire) -> String {
    let Ok(head) = client.head().await else { return "CUT".to_owned() };
    let body = client.body(&head, true).await;
    let answer = Answer { head, body: body.as_ref().cloned().unwrap_or_default() };
    let code = answer.head.one("ms-azureml-model-error-statuscode");
    let text = if body.is_ok() { answer.text() } else { "CUT" };
    let parts = [answer.status().to_string(), code, text.to_owned()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
