//! One request as it is told: its raw parts, filled on the way; told once, when the answer has ended or the client has left.

use crate::capture::Capture;
use crate::cargo::Cargo;
use crate::desk::Desk;
use crate::door::Door;
use crate::forward::{CLIENT_REQUEST_ID, request_id};
use crate::meter::Meter;
use crate::seats::Seat;
use crate::throttle::Throttle;
use crate::traffic_line::Line;
use crate::{capture, rates};
use bytes::Bytes;
use http::header::{EXPECT, HeaderValue, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, Method, Uri, Version};
use http_body::Frame;
use jiff::Timestamp;
use model::{
    AuthMode, EndpointName, Exchange, InstanceId, Profile, RateLimits, Reason, RequestId, ServedDeployment,
    ServedEndpoint,
};
use semantics::request_id::client_request_id;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// As Azure's log cuts it.
const LONGEST_AGENT: usize = 70;

#[derive(Debug)]
pub(crate) struct Record {
    door: Arc<Door>,
    id: RequestId,
    /// As headers carry it.
    pub(crate) id_value: HeaderValue,
    pub(crate) client_id: Option<String>,
    method: Method,
    uri: Uri,
    version: Version,
    agent: Option<HeaderValue>,
    /// The client sends no body before `100 Continue`.
    pub(crate) waits: bool,
    pub(crate) upload: Arc<Meter>,
    pub(crate) auth: Option<AuthMode>,
    /// Whose rules the answer follows.
    pub(crate) profile: Profile,
    /// What becomes of the limits of the endpoint as a whole.
    pub(crate) rates: RateLimits,
    /// The client takes trailers; only known where bandwidth is enforced.
    pub(crate) trailers: bool,
    pub(crate) response_delay: Duration,
    /// A copy, whose answer nobody gets.
    mirror: bool,
    /// The fault on purpose that hit it.
    pub(crate) injected: Option<Arc<str>>,
    /// Of the deployment that was chosen.
    pub(crate) desk: Option<Arc<Desk>>,
    seat: Option<Seat>,
    in_flight: u32,
    pub(crate) model_status: Option<u16>,
    /// What the client got; 0 until there is an answer.
    pub(crate) status: u16,
    pub(crate) reason: Option<Reason>,
    pub(crate) first_byte_us: u64,
    leased_us: Option<u64>,
    pub(crate) sent: u64,
    /// What is collected of it; mostly nothing.
    pub(crate) capture: Option<Box<Capture>>,
    /// The answer went out to its end.
    pub(crate) complete: bool,
}

impl Record {
    pub(crate) fn open(door: &Arc<Door>, id: RequestId, head: &Parts) -> Box<Self> {
        door.config.counters.opened();
        Box::new(Self {
            door: door.clone(),
            id,
            id_value: request_id(id),
            client_id: head.headers.get(CLIENT_REQUEST_ID).and_then(|raw| client_request_id(raw.as_bytes())),
            method: head.method.clone(),
            uri: head.uri.clone(),
            version: head.version,
            agent: head.headers.get(USER_AGENT).cloned(),
            waits: head.headers.contains_key(EXPECT),
            upload: Arc::new(Meter::new(Instant::now())),
            auth: None,
            profile: Profile::Managed,
            rates: RateLimits::Off,
            trailers: false,
            response_delay: Duration::ZERO,
            mirror: false,
            injected: None,
            desk: None,
            seat: None,
            in_flight: 0,
            model_status: None,
            status: 0,
            reason: None,
            first_byte_us: 0,
            leased_us: None,
            sent: 0,
            capture: None,
            complete: false,
        })
    }

    /// From here on its answer follows the endpoint's rules.
    pub(crate) fn follow(&mut self, endpoint: &ServedEndpoint) {
        self.profile = endpoint.profile;
        self.rates = rates::kept(endpoint);
        self.auth = (endpoint.profile != Profile::Passthrough).then(|| endpoint.auth.mode());
    }

    /// It is a copy of a request, its body already here.
    pub(crate) fn copies(&mut self, endpoint: &ServedEndpoint, desk: &Arc<Desk>, bytes: u64) {
        self.follow(endpoint);
        (self.mirror, self.desk) = (true, Some(desk.clone()));
        self.upload.took(usize::try_from(bytes).unwrap_or(usize::MAX));
        self.upload.ended();
    }

    /// It was let in, as the last of so many.
    pub(crate) fn admitted(&mut self, before: u32, served: &ServedDeployment, head: &Parts) {
        self.in_flight = before;
        if served.collector.is_some() {
            self.capture = capture::wanted(&self.door, served, head, self.id);
        }
        if let Some(desk) = &self.desk {
            desk.tally.in_flight(before + 1);
        }
    }

    /// It found too many others in flight.
    pub(crate) fn refused(&mut self) {
        self.in_flight = self.desk.as_ref().map_or(0, |desk| desk.counts().in_flight);
    }

    /// An instance has taken it: now.
    pub(crate) fn leased(&mut self, seat: Seat) -> Instant {
        let now = Instant::now();
        self.seat = Some(seat);
        self.leased_us = Some(self.upload.since_us(now));
        now
    }

    /// The body on its way to the instance that was leased.
    pub(crate) fn watched(&mut self, cargo: Cargo) -> Cargo {
        match (&mut self.capture, &self.seat) {
            (Some(capture), Some(seat)) => capture.request(&seat.instance().id, cargo),
            _ => cargo,
        }
    }

    /// An answer with this head is passed on.
    pub(crate) fn passes(&mut self, headers: &HeaderMap) {
        if let (Some(capture), Some(seat)) = (&mut self.capture, &self.seat) {
            capture.answered(&seat.instance().id, headers);
        }
    }

    /// A piece of the answer.
    pub(crate) fn took(&mut self, piece: &Frame<Bytes>) {
        let Some(data) = piece.data_ref() else { return };
        self.sent += data.len() as u64;
        if let Some(capture) = &mut self.capture {
            capture.saw(data);
        }
    }

    /// The answer has come to its end.
    pub(crate) fn ended(&mut self) {
        self.complete = true;
        if let Some(capture) = &mut self.capture {
            capture.ended();
        }
    }

    /// Where the bandwidth of the endpoint is enforced, what holds the answer back.
    pub(crate) fn throttle(&self) -> Option<Box<Throttle>> {
        let enforced = self.rates == RateLimits::Enforce;
        enforced.then(|| Box::new(Throttle::new(self.door.clone(), self.upload.delayed(), self.trailers)))
    }

    pub(crate) fn endpoint(&self) -> &EndpointName {
        &self.door.config.endpoint
    }

    /// Both ids, as the container gets them.
    pub(crate) fn ids(&self) -> (HeaderValue, Option<&str>) {
        (self.id_value.clone(), self.client_id.as_deref())
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

    /// Into the meters of the door and of the deployment.
    fn count(&self, ended: &Ended) {
        let counters = &self.door.config.counters;
        counters.ended(self.upload.bytes(), self.sent);
        if self.rates == RateLimits::Warn {
            let end = self.upload.started() + Duration::from_micros(ended.total_us);
            self.door.carries(self.rates, self.upload.bytes() + self.sent, end);
        }
        let tally = self.desk.as_ref().map(|desk| &desk.tally);
        let codes = tally.map_or(counters.unrouted(), |tally| &tally.codes);
        codes.count(ended.status, self.model_status.unwrap_or_default());
        if let Some(tally) = tally.filter(|_| self.mirror) {
            tally.copy_ended();
        }
        let Some(tally) = tally.filter(|_| self.complete) else { return };
        tally.latency.record(ended.total_us);
        // A connection that broke tells nothing of how long the model takes.
        if let Some(leased) = self.leased_us
            && matches!(ended.reason, None | Some(Reason::ModelError))
        {
            tally.model.record(ended.total_us - leased);
        }
    }

    fn log(&self, ended: &Ended) {
        let Some(log) = self.door.config.traffic_log.as_ref().filter(|log| log.is_on()) else { return };
        log.tell(&Line {
            time: self.time(ended),
            method: self.method.as_str(),
            path: self.path(),
            protocol: self.version,
            endpoint: self.door.config.endpoint.as_str(),
            deployment: self.desk.as_ref().map(|desk| desk.name.as_str()),
            auth: self.auth,
            status: ended.status,
            reason: ended.reason,
            model_status: self.model_status,
            request_bytes: self.upload.bytes(),
            response_bytes: self.sent,
            agent: self.agent.as_ref().map(HeaderValue::as_bytes),
            id: self.id,
            client_id: self.client_id.as_deref(),
            total_us: ended.total_us,
            request_us: self.upload.last_byte_us(),
            response_us: self.first_byte_us,
            request_delay_ms: self.upload.delayed().as_millis() as u64,
            response_delay_ms: self.response_delay.as_millis() as u64,
            instance: self.instance(),
            in_flight: self.in_flight,
            mirror: self.mirror,
            injected: self.injected.as_deref(),
        });
    }

    fn path(&self) -> &str {
        self.uri.path_and_query().map_or_else(|| self.uri.path(), http::uri::PathAndQuery::as_str)
    }

    fn instance(&self) -> Option<&InstanceId> {
        self.seat.as_ref().map(|seat| &seat.instance().id)
    }

    /// When it came.
    fn time(&self, ended: &Ended) -> Timestamp {
        Timestamp::now() - Duration::from_micros(ended.total_us)
    }

    fn told(&mut self, ended: &Ended) -> Exchange {
        Exchange {
            time: self.time(ended),
            x_request_id: self.id,
            x_ms_client_request_id: self.client_id.take(),
            method: self.method.to_string(),
            path: self.path().to_owned(),
            endpoint: self.door.config.endpoint.clone(),
            deployment: self.desk.as_ref().map(|desk| desk.name.clone()),
            instance: self.instance().cloned(),
            response_code: ended.status,
            reason: ended.reason,
            model_status_code: self.model_status,
            request_payload_bytes: self.upload.bytes(),
            response_payload_bytes: self.sent,
            user_agent: self.agent.take().map(|agent| cut(&agent)),
            total_duration_us: ended.total_us,
            request_duration_us: self.upload.last_byte_us(),
            response_duration_us: self.first_byte_us,
            leased_us: self.leased_us,
            mirror: self.mirror,
            request_throttling_delay_ms: self.upload.delayed().as_millis() as u64,
            response_throttling_delay_ms: self.response_delay.as_millis() as u64,
            injected: self.injected.as_deref().map(str::to_owned),
            in_flight: self.in_flight,
        }
    }
}

/// How a request ended.
struct Ended {
    /// 0: the client left before there was an answer.
    status: u16,
    reason: Option<Reason>,
    total_us: u64,
}

fn cut(agent: &HeaderValue) -> String {
    String::from_utf8_lossy(agent.as_bytes()).chars().take(LONGEST_AGENT).collect()
}

impl Drop for Record {
    /// The one place that tells of a request: meters always, the log if there is one, the whole exchange where it is
    /// needed.
    fn drop(&mut self) {
        let (status, reason) = self.ending();
        let ended = Ended { status, reason, total_us: self.upload.elapsed_us() };
        self.count(&ended);
        self.log(&ended);
        self.door.config.counters.closed();
        // `invoke` asks why, of whatever is no 200.
        if status != 200 || reason.is_some() || self.door.config.counters.followed() {
            let exchange = self.told(&ended);
            if self.door.config.exchanges.try_send(exchange).is_err() {
                self.door.config.counters.dropped();
            }
        }
    }
}
