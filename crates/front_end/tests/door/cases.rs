//! Bytes in, answers out: the rows of `fixtures/front_end`. Each is played before the inference server and before a
//! custom container, whose connections are kept.
//!
//! | field | |
//! |---|---|
//! | `sent` | the bytes of a client, with the words below |
//! | `answers` | status and body of every answer; a status alone is hyper's own answer |
//! | `after` | whether the connection takes another request: `open` or `closed` |
//! | `seen` | every byte that reached the container, by request; lines of a head in alphabetical order |
//! | `streamed` | the same for a custom container, where it differs; `CUT` is a request without its end |

use crate::client::{Answer, KEY, answer, ask, connect, post};
use crate::container::{Recording, recording};
use crate::stage::{Stage, deployment, endpoint};
use model::{ServedDeployment, UpstreamMode};
use serde::Deserialize;
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
    sent: String,
    answers: Vec<String>,
    after: String,
    seen: Vec<String>,
    streamed: Option<Vec<String>>,
}

/// What a case comes to, as its row says it.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    answers: Vec<String>,
    after: &'static str,
    seen: Vec<String>,
}

#[tokio::test(crate = "crate::scene")]
async fn framing() {
    all_of(include_str!("../../../../fixtures/front_end/framing.toml")).await;
}

#[tokio::test(crate = "crate::scene")]
async fn protocols() {
    all_of(include_str!("../../../../fixtures/front_end/protocols.toml")).await;
}

async fn all_of(file: &str) {
    let cases: Cases = toml::from_str(file).unwrap();
    let mut wrong = vec![];
    for case in &cases.case {
        for upstream in [UpstreamMode::WholeBodyThenClose, UpstreamMode::Streaming] {
            let played = tokio::time::timeout(Duration::from_secs(5), play(case, upstream)).await;
            let wanted = wanted(case, upstream);
            if played.as_ref() != Ok(&wanted) {
                wrong.push(format!("{} ({upstream:?})\n  wanted {wanted:?}\n  have   {played:?}", case.situation));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn wanted(case: &Case, upstream: UpstreamMode) -> Outcome {
    let streamed = case.streamed.as_ref().filter(|_| upstream == UpstreamMode::Streaming);
    let after = if case.after == "open" { "open" } else { "closed" };
    let mut seen: Vec<_> = streamed.unwrap_or(&case.seen).iter().map(|bytes| tidy(&filled(bytes))).collect();
    let next = tidy(&filled("{seen}content-length: 4\r\n\r\nnext"));
    seen.extend(std::iter::repeat_n(next, if after == "open" { 2 } else { 1 }));
    seen.sort();
    Outcome { answers: case.answers.clone(), after, seen }
}

async fn play(case: &Case, upstream: UpstreamMode) -> Outcome {
    let (blue, mut recorded) = recording().await;
    let served = ServedDeployment { upstream, ..deployment("blue", &[blue.address]) };
    let stage = Stage::open(endpoint(vec![served])).await;
    let mut client = connect(stage.door).await;
    // The door may hang up in the middle.
    let _ = client.stream.write_all(filled(&case.sent).as_bytes()).await;
    let mut answers = vec![];
    for _ in &case.answers {
        answers.push(answer(&mut client).await.map_or_else(|error| error.to_string(), |answer| told(&answer)));
    }
    let _ = client.stream.write_all(post("", "next").as_bytes()).await;
    let after = match answer(&mut client).await {
        Ok(answer) if told(&answer) == "200 ok" => "open",
        Ok(answer) => panic!("{}: the next answer is {}", case.situation, answer.whole()),
        Err(_) => "closed",
    };
    assert!(after == "open" || client.rest().await.unwrap_or_default().is_empty(), "{}", case.situation);
    assert_eq!(told(&ask(stage.door, post("", "next")).await), "200 ok", "on another connection");
    stage.until(0, 0, 0).await;
    drop((client, stage, blue));
    Outcome { answers, after, seen: everything(&mut recorded).await }
}

/// Until the container and its connections are no more.
async fn everything(recorded: &mut Recording) -> Vec<String> {
    let mut seen = vec![];
    while let Some(bytes) = recorded.recv().await {
        seen.push(tidy(&String::from_utf8_lossy(&bytes)));
    }
    seen.sort();
    seen
}

/// All have their ids; hyper's are the same every time.
fn told(answer: &Answer) -> String {
    assert!(answer.head.has("x-request-id"), "{}", answer.whole());
    let hypers = "connection: close\ncontent-length: 0\nserver: azureml-frontdoor\nx-request-id: GUID\n\n";
    let whole = answer.whole();
    let bare = whole.split_once('\n').is_some_and(|(_, rest)| rest == hypers);
    if bare { answer.status().to_string() } else { format!("{} {}", answer.status(), answer.text()) }
}

/// `{post}` and `{key}` are the lines of a request with a key, `{seen}` what arrives of `{post}`, `{12}` and `{12k}` so
/// many bytes.
fn filled(text: &str) -> String {
    let text = text.replace("{post}", "POST /score HTTP/1.1\r\nhost: door.test\r\n{key}");
    let text = text.replace("{key}", &format!("authorization: Bearer {KEY}\r\n"));
    let text = text.replace("{seen}", "POST /score HTTP/1.1\r\nhost: door.test\r\nx-request-id: GUID\r\n");
    let mut filled = String::new();
    let mut rest = text.as_str();
    while let Some((before, (number, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        filled += before;
        filled += &"a".repeat(number.replace('k', "000").parse().unwrap());
        rest = after;
    }
    filled + rest
}

/// The lines of the head sorted, the id as a word; every byte behind the head as it is.
fn tidy(bytes: &str) -> String {
    let Some((head, body)) = bytes.split_once("\r\n\r\n") else { return bytes.to_owned() };
    let mut lines: Vec<_> = head.split("\r\n").map(named).collect();
    lines[1..].sort();
    format!("{}\r\n\r\n{body}", lines.join("\r\n"))
}

fn named(line: &str) -> &str {
    let id = line.strip_prefix("x-request-id: ");
    if id.is_some_and(|id| uuid::Uuid::parse_str(id).is_ok()) { "x-request-id: GUID" } else { line }
}
