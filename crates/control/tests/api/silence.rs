//! Emulators that are not there, not well, or not ours.

use crate::fake::{Fake, Running, TOKEN, nobody, state};
use control::Client;
use control::state::{ProcessId, ProjectState};
use diagnosis::{Diagnosis, Exit, local};
use futures_util::stream::StreamExt;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket};

async fn refused(state: &ProjectState) -> Diagnosis {
    Client::connect(state).await.unwrap_err()
}

fn found(process: ProcessId) -> ((TempDir, TcpSocket), ProjectState) {
    let (folder, nobody) = (tempfile::tempdir().unwrap(), nobody());
    let state = state(nobody.local_addr().unwrap().port(), folder.path().join("token"), process);
    ((folder, nobody), state)
}

#[tokio::test]
async fn nothing_was_started() {
    assert_eq!(refused(&ProjectState::new("/p".as_ref())).await.code, local::NOT_RUNNING);
}

#[tokio::test]
async fn a_killed_emulator_is_said_to_be_killed_even_when_its_number_is_used_again() {
    let (_kept, state) = found(ProcessId { started: "another time".into(), ..ProcessId::own() });
    let gone = refused(&state).await;
    assert_eq!((gone.code, gone.exit()), (local::EMULATOR_GONE, Exit::NotFound));
    let pid = std::process::id();
    assert_eq!(gone.headline(), format!("the emulator of /p (pid {pid}) was killed; it is not restarted by itself"));
    assert_eq!(
        gone.advice(),
        "start it again: `local-endpoint up`; or remove what it left behind: `local-endpoint down`"
    );
}

#[tokio::test]
async fn a_living_process_that_does_not_listen_is_not_called_dead() {
    let (_kept, state) = found(ProcessId::own());
    assert_eq!(refused(&state).await.code, local::EMULATOR_SILENT);
}

#[tokio::test]
async fn another_schema_is_answered_with_the_down_line() {
    let mut fake = Fake::new();
    fake.about.schema_version = 2;
    fake.about.version = "9.1.0".into();
    fake.about.executable = "/new/local-endpoint".into();
    let running = Running::start_with(fake).await;
    let fault = refused(&running.state).await;
    assert_eq!((fault.code, fault.exit()), (local::STATE_NEWER, Exit::UserThingFailed));
    assert_eq!(fault.headline(), "the emulator that runs is local-endpoint 9.1.0");
    let line = "take it down with the version that started it: `cd /p && /new/local-endpoint down`";
    assert_eq!(fault.advice(), line);
}

#[tokio::test]
async fn a_wrong_token_is_refused() {
    let running = Running::start().await;
    std::fs::write(&running.state.emulator.as_ref().unwrap().token_file, "another").unwrap();
    let fault = refused(&running.state).await;
    assert_eq!((fault.code, fault.headline()), (local::CONTROL_REFUSED, "the token is wrong"));
}

#[tokio::test]
async fn nothing_that_prints_a_client_prints_the_token() {
    let client = Running::start().await.client().await;
    assert!(!format!("{client:?}").contains(TOKEN));
}

/// Answers one request with these bytes and closes.
async fn answer_once(listener: &TcpListener, answer: &str) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = [0; 4096];
    assert!(stream.read(&mut request).await.unwrap() > 0);
    stream.write_all(answer.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn an_emulator_that_dies_amid_a_stream_is_said_to_be_killed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let state = state(listener.local_addr().unwrap().port(), folder.path().join("token"), ProcessId::own());
    let about = serde_json::to_string(&Fake::new().about).unwrap();
    let about = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{about}", about.len());
    let events = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
        4d\r\n{\"number\":1,\"time\":\"1970-01-01T00:00:00Z\",\"kind\":{\"type\":\"settled\"}}\n{\"number\"\r\n";
    let dying = async {
        answer_once(&listener, &about).await;
        answer_once(&listener, events).await;
    };
    let asking = async { Client::connect(&state).await.unwrap().events(0).await.unwrap().collect::<Vec<_>>().await };
    let ((), told) = tokio::join!(dying, asking);
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[0].as_ref().unwrap().number, 1);
    assert_eq!(told[1].as_ref().unwrap_err().code, local::EMULATOR_GONE);
}
