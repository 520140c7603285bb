//! The head that the client gets.

use crate::answer::Scored;
use crate::cut::Lost;
use crate::forward::{DEPLOYMENT, REQUEST_ID, strip};
use crate::record::Record;
use crate::reply_body::{Flow, ReplyBody};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, SERVER, TRAILER, TRANSFER_ENCODING};
use http::{HeaderMap, Response, StatusCode};
use hyper::ext::ReasonPhrase;
use model::Reason;
use semantics::headers;
use semantics::rates::{REQUEST_DELAY, RESPONSE_DELAY};
use semantics::refusal::Refusal;

const OURS: HeaderValue = HeaderValue::from_static(headers::SERVER);

/// The container's answer under its verdict.
pub(crate) fn scored(scored: Scored, mut record: Box<Record>) -> Response<ReplyBody> {
    let Scored { status, reason, added, mut head, exchange, lease, deadline, ticket } = scored;
    (record.status, record.reason) = (status, reason);
    record.passes(&head.headers);
    // RFC 9112, 6.3: chunks count, and a length beside them is wrong, or an attack.
    if head.headers.contains_key(TRANSFER_ENCODING) {
        head.headers.remove(CONTENT_LENGTH);
    }
    strip(&mut head.headers, headers::withheld_from_client(record.profile));
    for (name, value) in &added {
        add(&mut head.headers, name, value);
    }
    identify(&mut head.headers, &record);
    let phrase = head.extensions.remove::<ReasonPhrase>().filter(|_| !headers::signs(record.profile));
    let throttle = record.throttle().filter(|_| !exchange.is_end_stream());
    if throttle.as_ref().is_some_and(|throttle| throttle.announces()) {
        // Trailers go behind chunks only.
        head.headers.remove(CONTENT_LENGTH);
        head.headers.append(TRAILER, HeaderValue::from_static(REQUEST_DELAY));
        head.headers.append(TRAILER, HeaderValue::from_static(RESPONSE_DELAY));
    }
    let flow = Flow { exchange, lease, deadline, throttle };
    let mut response = whole(status, head.headers, ReplyBody::flowing(flow, ticket, record));
    if let Some(phrase) = phrase {
        response.extensions_mut().insert(phrase);
    }
    response
}

/// The door's own answer.
pub(crate) fn refused(refusal: Refusal, mut record: Box<Record>) -> Response<ReplyBody> {
    (record.status, record.reason) = (refusal.status, Some(refusal.reason));
    let mut map = own_headers(&refusal);
    identify(&mut map, &record);
    let text = refusal.words(record.endpoint().as_str());
    whole(refusal.status, map, ReplyBody::text(text, record))
}

/// Nothing: whoever writes it sees the mark, and cuts the connection.
pub(crate) fn lost(mut record: Box<Record>) -> Response<ReplyBody> {
    record.reason = Some(Reason::AnswerLost);
    let mut response = Response::new(ReplyBody::nothing(record));
    response.extensions_mut().insert(Lost);
    response
}

/// The headers that belong to a refusal itself.
pub(crate) fn own_headers(refusal: &Refusal) -> HeaderMap {
    let mut map = HeaderMap::new();
    if !refusal.content_type.is_empty() {
        map.insert(CONTENT_TYPE, HeaderValue::from_static(refusal.content_type));
    }
    for (name, value) in refusal.headers {
        add(&mut map, name, value);
    }
    map
}

/// What every answer carries; the deployment's name as soon as one was chosen. Passthrough adds nothing.
fn identify(map: &mut HeaderMap, record: &Record) {
    if !headers::signs(record.profile) {
        return;
    }
    map.insert(REQUEST_ID, record.id_value.clone());
    map.insert(SERVER, OURS);
    if let Some(label) = record.desk.as_ref().and_then(|desk| desk.label.clone()) {
        map.insert(DEPLOYMENT, label);
    }
}

fn add(map: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        map.insert(HeaderName::from_static(name), value);
    }
}

/// A container's reason phrase passes only where its status cannot have changed.
fn whole(status: u16, headers: HeaderMap, body: ReplyBody) -> Response<ReplyBody> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    response
}
