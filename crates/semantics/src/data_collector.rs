//! What the data collector keeps of requests, in which folder and in which shape (how-to-collect-production-data, MDC
//! below; the proxy of Azure's VMs, LUA below, and the package azureml-ai-monitoring).

use model::{RollingRate, SamplingRate};
use std::borrow::Cow;

/// A payload above this lies in a file of its own (MDC), in bytes.
pub const LONGEST_IN_LINE: usize = 4 << 20;
/// Ours: what is longer is not collected, so that no request holds more memory, in bytes.
pub const LONGEST: usize = 16 << 20;

/// Where azureml-ai-monitoring sends to, below host and port (package 1.0.0).
pub const PATH: &str = "/modeldata/log";
/// Where it looks for its settings (azure-ai-ml's local mode mounts them there).
pub const CONFIG: &str = "/etc/mdc-config.json";

/// In the place of Azure's own.
const WORKSPACE: &str = "/subscriptions/local/resourceGroups/local/providers/Microsoft.MachineLearningServices\
                         /workspaces/local";

/// Name and value.
pub type Attribute<'a> = (Cow<'a, str>, Cow<'a, str>);

/// One payload, but for its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub id: String,
    pub endpoint: String,
    pub deployment: String,
    pub collection: String,
    /// UTC, to the second: `2026-11-26T07:06:38Z`.
    pub time: String,
    pub content_type: Option<String>,
    pub path: Option<String>,
    pub method: Option<String>,
    /// The length was told beforehand.
    pub declared: bool,
    pub correlation_id: Option<String>,
    /// Whatever else was sent with it, by name.
    pub others: Vec<(String, String)>,
}

/// Where a payload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// There is none.
    Nowhere,
    /// In the event, as JSON.
    InLine,
    /// As it is, in a file beside the events.
    Beside,
    /// The same, in a folder of the deployment.
    Apart,
}

/// `draw`: uniform below 2^32. One draw decides for a request and its response (LUA).
pub fn sampled(rate: SamplingRate, draw: impl FnOnce() -> u32) -> bool {
    rate == SamplingRate::ALL || u64::from(draw()) * 1_000_000 < u64::from(rate.millionths()) << 32
}

/// A name that makes a folder of its own, and nothing else.
pub fn is_collection(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (1..=64).contains(&name.len()) && name.bytes().all(allowed)
}

/// `valid`: whether the bytes are one JSON document.
pub fn place(content_type: Option<&str>, bytes: usize, valid: impl FnOnce() -> bool) -> Place {
    match content_type.is_some_and(is_json) {
        _ if bytes == 0 => Place::Nowhere,
        true if bytes > LONGEST_IN_LINE => Place::Apart,
        true if valid() => Place::InLine,
        _ => Place::Beside,
    }
}

fn is_json(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || kind.ends_with("+json")
}

impl Event {
    /// The file of the events, below the folder of all that is collected. `group`: who wrote them.
    pub fn file(&self, rate: RollingRate, group: &str) -> String {
        format!("{}/{}/{}/{group}.jsonl", self.of_deployment(), self.collection, self.rolled(rate))
    }

    /// The file of the payload; `None`: it has none.
    pub fn payload_file(&self, rate: RollingRate, place: Place) -> Option<String> {
        let (deployment, rolled) = (self.of_deployment(), self.rolled(rate));
        match place {
            Place::Nowhere | Place::InLine => None,
            Place::Beside => Some(format!("{deployment}/{}/{rolled}/{}", self.collection, self.id)),
            Place::Apart => Some(format!("{deployment}/{rolled}/{}.jsonl", self.id)),
        }
    }

    fn of_deployment(&self) -> String {
        format!("{}/{}", self.endpoint, self.deployment)
    }

    /// `2026/11/26/07`
    fn rolled(&self, rate: RollingRate) -> String {
        let parts = match rate {
            RollingRate::Day => 10,
            RollingRate::Hour => 13,
            RollingRate::Minute => 16,
        };
        self.time.chars().take(parts).map(|c| if c.is_ascii_digit() { c } else { '/' }).collect()
    }

    /// In the order of a line; `data` stands for the payload, or for where it lies.
    pub fn attributes(&self, bytes: usize, place: Place) -> Vec<Attribute<'_>> {
        let known = self.known(bytes, place).into_iter().filter_map(|(name, value)| Some((name.into(), value?)));
        let others = self.others.iter().map(|(name, value)| (attribute(name).into(), value.as_str().into()));
        let mut all: Vec<Attribute<'_>> = vec![];
        for one in known.chain(others) {
            // CloudEvents knows a name once.
            if all.iter().all(|(name, _)| *name != one.0) {
                all.push(one);
            }
        }
        all
    }

    fn known(&self, bytes: usize, place: Place) -> [(&'static str, Option<Cow<'_, str>>); 13] {
        let is_in_file = matches!(place, Place::Beside | Place::Apart);
        let text = |text: &'_ Option<String>| text.clone().map(Cow::from);
        [
            ("specversion", Some("1.0".into())),
            ("id", Some(self.id.as_str().into())),
            ("source", Some(self.source().into())),
            ("type", Some(format!("azureml.inference.{}", self.collection).into())),
            ("datacontenttype", text(&self.content_type)),
            ("time", Some(self.time.as_str().into())),
            ("data", (place != Place::Nowhere).then(|| "".into())),
            ("path", text(&self.path)),
            ("method", text(&self.method)),
            ("contentrange", Some(self.range(bytes).into())),
            ("correlationid", text(&self.correlation_id)),
            ("xrequestid", text(&self.correlation_id)),
            ("datainblob", is_in_file.then(|| "true".into())),
        ]
    }

    fn source(&self) -> String {
        let (endpoint, deployment) = (&self.endpoint, &self.deployment);
        format!("{WORKSPACE}/onlineEndpoints/{endpoint}/deployments/{deployment}")
    }

    fn range(&self, bytes: usize) -> String {
        match (bytes.checked_sub(1), self.declared) {
            (None, _) => "bytes */0".to_owned(),
            (Some(last), true) => format!("bytes 0-{last}/{bytes}"),
            (Some(last), false) => format!("bytes 0-{last}/*"),
        }
    }
}

/// CloudEvents names of headers: `collect-data-type` is `collectdatatype` (package 1.0.0 and MDC).
pub fn attribute(header: &str) -> String {
    header.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// What azureml-ai-monitoring sends beside a payload (package 1.0.0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    pub collection: String,
    /// Unix seconds; none, or not readable: now.
    pub time: Option<i64>,
    pub id: Option<String>,
    pub correlation_id: Option<String>,
    pub content_type: Option<String>,
    pub others: Vec<(String, String)>,
}

/// In this order in Azure's files.
const OF_THE_PACKAGE: &[&str] = &["model-version", "collect-data-type", "agent"];

/// `headers`: names in lower case. `None`: not what the package sends.
pub fn logged(headers: &[(String, String)]) -> Option<Logged> {
    let value = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let collection = value("ce-type")?.strip_prefix("azureml.inference.")?.to_owned();
    let read = ["type", "time", "x-request-id"];
    let mut others: Vec<(String, String)> = headers
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("ce-")?.to_owned(), value.clone())))
        .filter(|(name, _)| !read.contains(&name.as_str()))
        .collect();
    let place = |name: &str| OF_THE_PACKAGE.iter().position(|known| *known == name).unwrap_or(OF_THE_PACKAGE.len());
    others.sort_by_key(|(name, _)| (place(name), name.clone()));
    Some(Logged {
        collection,
        time: value("ce-time").and_then(|time| time.parse().ok()),
        id: value("trace-id"),
        correlation_id: value("ce-x-request-id"),
        content_type: value("content-type"),
        others,
    })
}
