//! What is collected of one request: copies of both payloads as they pass, for a deployment that has a collector.

use crate::cargo::Cargo;
use crate::collector::{Collected, Collector, Lost};
use crate::door::Door;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use http::request::Parts;
use jiff::Timestamp;
use jiff::fmt::strtime;
use model::data_collector::{REQUEST, RESPONSE};
use model::{DataCollector, InstanceId, RequestId, ServedDeployment};
use semantics::data_collector::{Event, LONGEST, sampled};
use std::sync::Arc;

/// From the moment that a sampled request is let in.
#[derive(Debug)]
pub(crate) struct Capture {
    collector: Collector,
    wanted: Arc<DataCollector>,
    endpoint: String,
    deployment: String,
    id: String,
    request: Option<Event>,
    response: Option<Sample>,
}

/// A payload on its way. Dropped before its end, it is counted as lost.
#[derive(Debug)]
pub(crate) struct Sample {
    collector: Collector,
    /// Taken when it is handed over, or given up.
    collected: Option<Box<Collected>>,
    bytes: usize,
}

/// `None`, at the price of one look, where nothing is collected. The path is the container's already.
pub(crate) fn wanted(door: &Door, served: &ServedDeployment, head: &Parts, id: RequestId) -> Option<Box<Capture>> {
    let wanted = served.collector.as_ref()?;
    let collector = door.config.collector.clone().filter(|_| sampled(wanted.sampling_rate, || door.chance.draw()))?;
    let mut capture = Capture {
        collector,
        wanted: wanted.clone(),
        endpoint: door.config.endpoint.to_string(),
        deployment: served.name.to_string(),
        id: id.to_string(),
        request: None,
        response: None,
    };
    if wanted.collections.contains(REQUEST) {
        let declared = !head.headers.contains_key(http::header::TRANSFER_ENCODING);
        let path = head.uri.path_and_query().map(|path| path.as_str().to_owned());
        let event = capture.event(REQUEST, &head.headers, declared);
        capture.request = Some(Event { path, method: Some(head.method.to_string()), ..event });
    }
    Some(Box::new(capture))
}

impl Capture {
    fn event(&self, collection: &str, headers: &HeaderMap, declared: bool) -> Event {
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        // A key is collected by nobody.
        let names =
            self.wanted.capture_headers.iter().filter(|name| !name.eq_ignore_ascii_case(AUTHORIZATION.as_str()));
        Event {
            id: uuid::Uuid::new_v4().to_string(),
            endpoint: self.endpoint.clone(),
            deployment: self.deployment.clone(),
            collection: collection.to_owned(),
            time: strtime::format("%Y-%m-%dT%H:%M:%SZ", Timestamp::now()).unwrap_or_default(),
            content_type: headers.get(CONTENT_TYPE).map(text),
            path: None,
            method: None,
            declared,
            correlation_id: Some(self.id.clone()),
            others: names.filter_map(|name| Some((name.clone(), text(headers.get(name)?)))).collect(),
        }
    }

    /// The request's body on its way to this instance.
    pub(crate) fn request(&mut self, instance: &InstanceId, cargo: Cargo) -> Cargo {
        match self.request.take() {
            None => cargo,
            Some(event) => cargo.watched(self.sample(instance, event)),
        }
    }

    /// The container has answered with this head.
    pub(crate) fn answered(&mut self, instance: &InstanceId, headers: &HeaderMap) {
        if self.wanted.collections.contains(RESPONSE) {
            let declared = headers.contains_key(http::header::CONTENT_LENGTH);
            let event = self.event(RESPONSE, headers, declared);
            self.response = Some(self.sample(instance, event));
        }
    }

    /// A piece of the answer.
    pub(crate) fn saw(&mut self, piece: &Bytes) {
        if let Some(response) = &mut self.response {
            response.saw(piece);
        }
    }

    /// The answer has come to its end.
    pub(crate) fn ended(&mut self) {
        if let Some(response) = &mut self.response {
            response.ended();
        }
    }

    fn sample(&self, instance: &InstanceId, event: Event) -> Sample {
        let (instance, rolling) = (instance.clone(), self.wanted.rolling_rate);
        let collected = Some(Box::new(Collected { instance, rolling, event, payload: vec![] }));
        Sample { collector: self.collector.clone(), collected, bytes: 0 }
    }
}

impl Sample {
    pub(crate) fn saw(&mut self, piece: &Bytes) {
        self.bytes += piece.len();
        match &mut self.collected {
            Some(_) if self.bytes > LONGEST => self.lost(Lost::TooLarge),
            Some(collected) => collected.payload.push(piece.clone()),
            None => {}
        }
    }

    pub(crate) fn ended(&mut self) {
        if let Some(collected) = self.collected.take() {
            self.collector.offer(collected);
        }
    }

    fn lost(&mut self, why: Lost) {
        if let Some(collected) = self.collected.take() {
            self.collector.lost(&collected, why);
        }
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        self.lost(Lost::Incomplete);
    }
}
