//! One request as it is told: filled on the way, sent once, when the answer has ended or the client has left.

use crate::door::Door;
use crate::forward::CLIENT_REQUEST_ID;
use crate::meter::Meter;
use http::header::{HeaderValue, USER_AGENT};
use http::request::Parts;
use http::{Method, Uri};
use jiff::Timestamp;
use model::{DeploymentName, Exchange, InstanceId, Reason, RequestId};
use semantics::request_id::client_request_id;
use std::sync::Arc;
use std::time::Instant;

/// As Azure's log cuts it.
const LONGEST_AGENT: usize = 70;

#[derive(Debug)]
pub(crate) struct Record {
    door: Arc<Door>,
    time: Timestamp,
    pub(crate) id: RequestId,
    pub(crate) client_id: Option<String>,
    method: Method,
    uri: Uri,
    agent: Option<HeaderValue>,
    pub(crate) upload: Arc<Meter>,
    pub(crate) deployment: Option<DeploymentName>,
    pub(crate) instance: Option<InstanceId>,
    pub(crate) in_flight: u32,
    pub(crate) model_status: Option<u16>,
    /// What the client got; 0 until there is an answer.
    pub(crate) status: u16,
    pub(crate) reason: Option<Reason>,
    pub(crate) first_byte_us: u64,
    pub(crate) sent: u64,
    /// The answer went out to its end.
    pub(crate) complete: bool,
}

impl Record {
    pub(crate) fn open(door: &Arc<Door>, id: RequestId, head: &Parts) -> Self {
        door.config.counters.opened();
        Self {
            door: door.clone(),
            time: Timestamp::now(),
            id,
            client_id: head.headers.get(CLIENT_REQUEST_ID).and_then(|raw| client_request_id(raw.as_bytes())),
            method: head.method.clone(),
            uri: head.uri.clone(),
            agent: head.headers.get(USER_AGENT).cloned(),
            upload: Arc::new(Meter::new(Instant::now())),
            deployment: None,
            instance: None,
            in_flight: 0,
            model_status: None,
            status: 0,
            reason: None,
            first_byte_us: 0,
            sent: 0,
            complete: false,
        }
    }

    /// The container said its status.
    pub(crate) fn answered(&mut self, status: u16) {
        self.model_status = Some(status);
        self.first_byte_us = self.upload.elapsed_us();
    }

    /// What became of it, when nothing was noted on the way.
    fn ending(&self) -> (u16, Option<Reason>) {
        match self.reason {
            Some(Reason::ClientClosed) => (0, self.reason),
            Some(_) => (self.status, self.reason),
            None if std::thread::panicking() => (500, Some(Reason::Internal)),
            None if self.complete => (self.status, None),
            None => (self.status, Some(Reason::ClientClosed)),
        }
    }

    fn told(&mut self) -> Exchange {
        let (response_code, reason) = self.ending();
        Exchange {
            time: self.time,
            x_request_id: self.id,
            x_ms_client_request_id: self.client_id.take(),
            method: self.method.to_string(),
            path: self.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            endpoint: self.door.config.endpoint.clone(),
            deployment: self.deployment.take(),
            instance: self.instance.take(),
            response_code,
            reason,
            model_status_code: self.model_status,
            request_payload_bytes: self.upload.bytes(),
            response_payload_bytes: self.sent,
            user_agent: self.agent.take().map(|agent| cut(&agent)),
            total_duration_us: self.upload.elapsed_us(),
            request_duration_us: self.upload.last_byte_us(),
            response_duration_us: self.first_byte_us,
            in_flight: self.in_flight,
        }
    }
}

fn cut(agent: &HeaderValue) -> String {
    String::from_utf8_lossy(agent.as_bytes()).chars().take(LONGEST_AGENT).collect()
}

impl Drop for Record {
    fn drop(&mut self) {
        let exchange = self.told();
        let counters = &self.door.config.counters;
        counters.closed();
        if self.door.config.exchanges.try_send(exchange).is_err() {
            counters.dropped();
        }
    }
}
