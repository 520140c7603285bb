//! The head that the client gets.

use crate::answer::Scored;
use crate::forward::{REQUEST_ID, request_id, strip};
use crate::record::Record;
use crate::reply_body::{Flow, ReplyBody};
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, SERVER};
use http::{HeaderMap, Response, StatusCode};
use semantics::headers;
use semantics::refusal::Refusal;

/// The container's answer under its verdict.
pub(crate) fn scored(scored: Scored, mut record: Record) -> Response<ReplyBody> {
    let Scored { status, reason, added, response, lease, caller, deadline, ticket } = scored;
    (record.status, record.reason) = (status, reason);
    let (mut head, body) = response.into_parts();
    strip(&mut head.headers, headers::is_withheld_from_client);
    for (name, value) in &added {
        add(&mut head.headers, name, value);
    }
    identify(&mut head.headers, &record);
    let flow = Flow { body, _lease: lease, caller, deadline };
    whole(status, head.headers, ReplyBody::flowing(flow, ticket, record))
}

/// The door's own answer.
pub(crate) fn refused(refusal: Refusal, mut record: Record) -> Response<ReplyBody> {
    (record.status, record.reason) = (refusal.status, Some(refusal.reason));
    let mut map = own_headers(&refusal);
    identify(&mut map, &record);
    whole(refusal.status, map, ReplyBody::text(refusal.body, record))
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

/// What every answer carries; the deployment's name as soon as one was chosen.
fn identify(map: &mut HeaderMap, record: &Record) {
    map.insert(REQUEST_ID, request_id(record.id));
    map.insert(SERVER, HeaderValue::from_static(headers::SERVER));
    if let Some(name) = &record.deployment {
        add(map, headers::DEPLOYMENT, name.as_str());
    }
}

fn add(map: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        map.insert(HeaderName::from_static(name), value);
    }
}

/// A container's reason phrase ends here: it belongs to a status that may have changed.
fn whole(status: u16, headers: HeaderMap, body: ReplyBody) -> Response<ReplyBody> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    response
}
