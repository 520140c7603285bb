//! An emulator that says what it was told to say, and the server in front of it.

use async_trait::async_trait;
use control::state::{ProcessId, ProjectState, RunningEmulator};
use control::{About, Applied, Client, Desired, Emulator, KeyName, LogQuery, server};
use control::{TokenQuery, TrafficChange, TrafficSet};
use diagnosis::{Diagnosis, local};
use futures_util::stream::{self, BoxStream, StreamExt};
use model::{
    Credentials, EmulatorDocument, Event, EventKind, FaultWanted, FaultsDocument, InstanceMemory, Keys, MetersDocument,
    Token,
};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

#[derive(Debug)]
pub struct Fake {
    pub about: About,
    pub events: watch::Sender<Vec<Event>>,
    /// What was asked, in order.
    pub asked: Mutex<Vec<String>>,
}

impl Fake {
    pub fn new() -> Self {
        Self { about: About::this("/p".into()), events: watch::Sender::new(vec![]), asked: Mutex::default() }
    }

    /// The next event.
    pub fn tell(&self, text: &str) {
        let kind = EventKind::Progress { deployment: None, text: text.into() };
        self.events.send_modify(|events| {
            let number = events.len() as u64 + 1;
            events.push(Event { number, time: jiff::Timestamp::UNIX_EPOCH, kind });
        });
    }

    fn note(&self, asked: String) {
        self.asked.lock().unwrap().push(asked);
    }
}

#[async_trait]
impl Emulator for Fake {
    fn about(&self) -> About {
        self.about.clone()
    }

    async fn status(&self) -> EmulatorDocument {
        EmulatorDocument { pid: 7, project: "/p".into(), control_port: 1, endpoints: vec![] }
    }

    async fn apply(&self, desired: Desired) -> Result<Applied, Diagnosis> {
        self.note(format!("apply {}", desired.project.display()));
        Ok(Applied { changed: true, from_event: 4 })
    }

    fn events(&self, from: u64) -> BoxStream<'static, Event> {
        let next = usize::try_from(from.max(1)).unwrap() - 1;
        let told = (self.events.subscribe(), next);
        stream::unfold(told, |(mut events, next)| async move {
            let event = events.wait_for(|events| events.len() > next).await.ok()?[next].clone();
            Some((event, (events, next + 1)))
        })
        .boxed()
    }

    async fn logs(&self, query: LogQuery) -> Result<BoxStream<'static, String>, Diagnosis> {
        self.note(format!("{query:?}"));
        match query.deployment.as_deref() {
            Some("panics") => panic!("as the test wants it"),
            Some(name) => Err(Diagnosis::error(local::DEPLOYMENT_NOT_FOUND, format!("no {name}")).fact("a", "b")),
            None => Ok(stream::iter(["one".to_owned(), "zwei\nmit \"Umbruch\"".to_owned()]).boxed()),
        }
    }

    async fn meters(&self) -> MetersDocument {
        MetersDocument { traffic_log_dropped: 3, ..MetersDocument::default() }
    }

    async fn memory(&self) -> Vec<InstanceMemory> {
        let (endpoint, deployment) = ("credit".into(), "blue".into());
        vec![InstanceMemory {
            endpoint,
            deployment,
            instance: String::new(),
            limit_bytes: Some(2),
            used_bytes: None,
            peak_bytes: None,
        }]
    }

    async fn explain(&self, request_id: &str) -> Option<Diagnosis> {
        (request_id == "known").then(|| Diagnosis::note(local::INTERNAL, "because"))
    }

    async fn credentials(&self, endpoint: &str, wanted: TokenQuery) -> Result<Credentials, Diagnosis> {
        match wanted.audience {
            None => Ok(Credentials::Keys(keys(endpoint))),
            Some(audience) => Ok(Credentials::Token(Token {
                access_token: audience,
                expiry_time_utc: wanted.lifetime.map_or(0, i64::from),
                refresh_after_time_utc: 0,
                token_type: "Bearer".into(),
            })),
        }
    }

    async fn regenerate(&self, endpoint: &str, which: KeyName) -> Result<Keys, Diagnosis> {
        self.note(format!("regenerate {endpoint} {which:?}"));
        Ok(keys(endpoint))
    }

    async fn set_traffic(&self, endpoint: &str, change: TrafficChange) -> Result<TrafficSet, Diagnosis> {
        self.note(format!("traffic {endpoint} {change:?}"));
        Ok(TrafficSet { traffic: change.traffic.unwrap_or_default(), mirror: change.mirror.unwrap_or_default() })
    }

    async fn faults(&self, endpoint: &str) -> Result<FaultsDocument, Diagnosis> {
        Ok(faults(endpoint))
    }

    async fn begin_fault(&self, endpoint: &str, wanted: FaultWanted) -> Result<FaultsDocument, Diagnosis> {
        self.note(format!("chaos {endpoint} {wanted:?}"));
        Ok(faults(endpoint))
    }

    async fn end_faults(&self, endpoint: &str, ids: Vec<String>) -> Result<FaultsDocument, Diagnosis> {
        self.note(format!("end {endpoint} {ids:?}"));
        Ok(faults(endpoint))
    }

    async fn shutdown(&self, endpoints: Vec<String>) {
        self.note(format!("down {endpoints:?}"));
    }
}

fn faults(endpoint: &str) -> FaultsDocument {
    FaultsDocument { schema_version: 1, endpoint: endpoint.into(), faults: vec![] }
}

fn keys(endpoint: &str) -> Keys {
    Keys { primary_key: endpoint.into(), secondary_key: "second".into() }
}

/// A served fake, and the state through which a client finds it.
pub struct Running {
    pub fake: Arc<Fake>,
    pub port: u16,
    pub state: ProjectState,
    pub stop: oneshot::Sender<()>,
    pub served: JoinHandle<std::io::Result<()>>,
    _folder: TempDir,
}

pub const TOKEN: &str = "the-token";

impl Running {
    pub async fn start() -> Self {
        Self::start_with(Fake::new()).await
    }

    pub async fn start_with(fake: Fake) -> Self {
        let fake = Arc::new(fake);
        let listener = server::bind().await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async { stopped.await.unwrap_or_default() };
        let served = tokio::spawn(server::serve(listener, TOKEN.into(), fake.clone(), shutdown));
        let folder = tempfile::tempdir().unwrap();
        let state = state(port, folder.path().join("token"), ProcessId::own());
        Self { fake, port, state, stop, served, _folder: folder }
    }

    pub async fn client(&self) -> Client {
        Client::connect(&self.state).await.unwrap()
    }
}

/// Nobody listens there, and nobody else gets the port.
pub fn nobody() -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    socket
}

/// State that names a control port and a token file, which this writes.
pub fn state(control_port: u16, token_file: PathBuf, process: ProcessId) -> ProjectState {
    std::fs::write(&token_file, TOKEN).unwrap();
    let mut state = ProjectState::new("/p".as_ref());
    state.emulator = Some(RunningEmulator { process, control_port, token_file });
    state
}

/// Sends these bytes, and reads until the other side closes.
pub async fn raw(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
