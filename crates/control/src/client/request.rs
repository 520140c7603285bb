//! One question to a running emulator, and what its answers and silences mean.

use super::{Told, lines};
use crate::About;
use crate::state::{ProjectState, down_line};
use crate::wire::{self, Failure, Lost};
use bytes::Bytes;
use diagnosis::{Diagnosis, local};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use model::SCHEMA_VERSION;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// An emulator that says nothing for so long about itself is not going to.
const ABOUT: Duration = Duration::from_secs(10);

#[derive(Clone)]
pub struct Ask {
    authority: String,
    bearer: String,
    state: ProjectState,
}

impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ask").field("authority", &self.authority).finish_non_exhaustive()
    }
}

impl Ask {
    pub fn new(state: &ProjectState) -> Result<Self, Diagnosis> {
        let emulator = state.running()?;
        let file = &emulator.token_file;
        let token = std::fs::read_to_string(file).map_err(|error| {
            Diagnosis::error(local::STATE_UNREADABLE, format!("{} cannot be read: {error}", file.display()))
        })?;
        let authority = format!("127.0.0.1:{}", emulator.control_port);
        Ok(Self { authority, bearer: format!("Bearer {}", token.trim()), state: state.clone() })
    }

    pub async fn about(&self) -> Result<About, Diagnosis> {
        let asked = tokio::time::timeout(ABOUT, self.get::<Value>("/v1/about")).await;
        let about = asked.map_err(|_| self.silent(&format!("no answer within {} s", ABOUT.as_secs())))??;
        if about["schema_version"].as_u64() != Some(u64::from(SCHEMA_VERSION)) {
            return Err(self.other_version(&about));
        }
        serde_json::from_value(about).map_err(|error| self.silent(&error))
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Diagnosis> {
        self.whole(self.send(Method::GET, path, Bytes::new()).await?).await
    }

    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Diagnosis> {
        let body = serde_json::to_vec(body).map_err(|error| not_understood(&error))?;
        self.whole(self.send(Method::POST, path, body.into()).await?).await
    }

    pub async fn stream<T: DeserializeOwned + 'static>(&self, path: &str) -> Result<Told<T>, Diagnosis> {
        let answer = self.send(Method::GET, path, Bytes::new()).await?;
        Ok(lines::lines(answer.into_body(), self.state.gone()))
    }

    /// The answer, when it is a success; the diagnosis in it, when it is not.
    async fn send(&self, method: Method, path: &str, body: Bytes) -> Result<Response<Incoming>, Diagnosis> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &self.authority)
            .header(AUTHORIZATION, &self.bearer)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .map_err(|error| not_understood(&error))?;
        let answer = wire::send(&self.authority, request).await.map_err(|lost| self.lost(&lost))?;
        if answer.status().is_success() { Ok(answer) } else { Err(self.whole::<Failure>(answer).await?.error) }
    }

    async fn whole<T: DeserializeOwned>(&self, answer: Response<Incoming>) -> Result<T, Diagnosis> {
        let body = answer.into_body().collect().await.map_err(|error| self.lost(&Lost::Broken(error)))?;
        serde_json::from_slice(&body.to_bytes()).map_err(|error| not_understood(&error))
    }

    fn lost(&self, lost: &Lost) -> Diagnosis {
        match lost {
            Lost::NotConnected(_) if self.state.alive() => self.silent(lost),
            Lost::NotConnected(_) | Lost::Broken(_) => self.state.gone(),
        }
    }

    fn silent(&self, why: &dyn std::fmt::Display) -> Diagnosis {
        let pid = self.state.emulator.as_ref().map_or(0, |emulator| emulator.process.pid);
        let message = format!("the emulator (pid {pid}) runs but its control API does not answer: {why}");
        Diagnosis::error(local::EMULATOR_SILENT, message).fact("address", &self.authority)
    }

    fn other_version(&self, about: &Value) -> Diagnosis {
        let version = about["version"].as_str().unwrap_or("another version");
        let executable = about["executable"].as_str().unwrap_or("local-endpoint");
        let project = self.state.project.display().to_string();
        Diagnosis::error(local::STATE_NEWER, format!("the emulator that runs is local-endpoint {version}"))
            .fact("its schema", about["schema_version"].to_string())
            .fact("ours", SCHEMA_VERSION.to_string())
            .remedy(down_line(&project, executable))
    }
}

fn not_understood(error: &dyn std::fmt::Display) -> Diagnosis {
    Diagnosis::error(local::INTERNAL, format!("the control API was not understood: {error}"))
}

/// `a=1&b=2` of a flat document; what is null is left out.
pub fn query(document: &impl Serialize) -> Result<String, Diagnosis> {
    let value = serde_json::to_value(document).map_err(|error| not_understood(&error))?;
    let fields = value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    let pairs = fields.map(|(name, value)| match value.as_str() {
        Some(text) => format!("{name}={}", encode(text)),
        None => format!("{name}={value}"),
    });
    Ok(pairs.collect::<Vec<_>>().join("&"))
}

/// Percent-encodes all but RFC 3986's unreserved characters.
pub fn encode(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
