//! Event streams.

use crate::fake::{Fake, Running};
use diagnosis::Diagnosis;
use futures_util::stream::{StreamExt, TryStreamExt};
use model::{Event, EventKind};

fn text(event: Option<Result<Event, Diagnosis>>) -> (u64, String) {
    let event = event.unwrap().unwrap();
    let EventKind::Progress { text, .. } = event.kind else { panic!("another event: {:?}", event.kind) };
    (event.number, text)
}

#[tokio::test]
async fn a_stream_resumes_where_it_is_asked_to_and_goes_on() {
    let running = Running::start_with(Fake::new()).await;
    for past in ["one", "two", "three"] {
        running.fake.tell(past);
    }
    let mut events = running.client().await.events(2).await.unwrap();
    assert_eq!(text(events.next().await), (2, "two".into()));
    assert_eq!(text(events.next().await), (3, "three".into()));
    running.fake.tell("four");
    assert_eq!(text(events.next().await), (4, "four".into()));
}

#[tokio::test]
async fn an_orderly_end_tells_everything_and_breaks_nothing() {
    let running = Running::start().await;
    let events = running.client().await.events(0).await.unwrap();
    for last in ["one", "two"] {
        running.fake.tell(last);
    }
    running.stop.send(()).unwrap();
    let told: Vec<Event> = events.try_collect().await.unwrap();
    assert_eq!(told.iter().map(|event| event.number).collect::<Vec<_>>(), [1, 2]);
    running.served.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_client_that_does_not_read_does_not_hold_the_emulator() {
    let running = Running::start().await;
    let long = "x".repeat(1024 * 1024);
    for _ in 0..32 {
        running.fake.tell(&long);
    }
    let _unread = running.client().await.events(0).await.unwrap();
    running.stop.send(()).unwrap();
    running.served.await.unwrap().unwrap();
}
