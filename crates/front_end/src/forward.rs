//! The head that the container gets.

use crate::cargo::Cargo;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderName, HeaderValue, TE, TRAILER, TRANSFER_ENCODING};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, Request, Uri};
use model::{Profile, RequestId};
use semantics::headers;
use std::net::SocketAddr;

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
pub(crate) const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-client-request-id");
pub(crate) const DEPLOYMENT: HeaderName = HeaderName::from_static(headers::DEPLOYMENT);
pub(crate) const RUN_FAILED: HeaderName = HeaderName::from_static("x-ms-run-function-failed");

pub(crate) fn request_id(id: RequestId) -> HeaderValue {
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    HeaderValue::from_str(id.0.hyphenated().encode_lower(&mut text)).expect("a GUID is a header value")
}

/// The client's head without what ends here, and with the ids of this door. `host` stays the client's, as Envoy
/// leaves it; one is made up only for a client that sent none.
pub(crate) fn request(
    profile: Profile,
    head: Parts,
    cargo: Cargo,
    ids: (HeaderValue, Option<&str>),
    address: SocketAddr,
) -> Request<Cargo> {
    let mut passed = Request::new(cargo);
    *passed.method_mut() = head.method;
    *passed.uri_mut() = origin_form(&head.uri);
    *passed.headers_mut() = head.headers;
    let trailers = passed.body().streams() && takes_trailers(passed.headers());
    let chunked = strip(passed.headers_mut(), headers::withheld_from_container(profile));
    frame(&mut passed, chunked);
    if trailers {
        // RFC 9110, 10.1.4: the one goes with the other.
        passed.headers_mut().insert(TE, HeaderValue::from_static("trailers"));
        passed.headers_mut().insert(CONNECTION, HeaderValue::from_static("te"));
    }
    if headers::signs(profile) {
        identify(passed.headers_mut(), ids.0, ids.1);
    }
    host(passed.headers_mut(), &head.uri, address);
    passed
}

/// Both ways: hop-by-hop headers, those that `connection` names, and what `withheld` names. Whether the body comes in
/// chunks; then its trailers pass, and what announces them.
pub(crate) fn strip(map: &mut HeaderMap, withheld: fn(&str) -> bool) -> bool {
    let ends = |name: &&HeaderName| headers::is_hop_by_hop(name.as_str()) || withheld(name.as_str());
    let mut dropped: Vec<HeaderName> = map.keys().filter(ends).cloned().collect();
    if dropped.is_empty() {
        return false;
    }
    dropped.extend(named(map));
    let chunked = dropped.contains(&TRANSFER_ENCODING);
    for name in dropped.iter().filter(|name| !chunked || **name != TRAILER) {
        map.remove(name);
    }
    chunked
}

/// What `connection` makes hop-by-hop.
fn named(map: &HeaderMap) -> Vec<HeaderName> {
    listed(map, CONNECTION).filter_map(|name| name.parse().ok()).collect()
}

pub(crate) fn takes_trailers(map: &HeaderMap) -> bool {
    listed(map, TE).any(|coding| coding.eq_ignore_ascii_case("trailers"))
}

fn listed(map: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let values = map.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

/// A body that came in chunks and is whole now has a length instead, and no trailers. A declared length is true, and a
/// request that declared no body keeps none.
fn frame(request: &mut Request<Cargo>, chunked: bool) {
    if let Some(length) = request.body().length().filter(|_| chunked) {
        request.headers_mut().remove(TRAILER);
        request.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
}

fn identify(map: &mut HeaderMap, id: HeaderValue, client_id: Option<&str>) {
    map.insert(REQUEST_ID, id);
    if let Some(client_id) = client_id.and_then(|client_id| HeaderValue::from_str(client_id).ok()) {
        map.insert(CLIENT_REQUEST_ID, client_id);
    }
}

/// RFC 9112, 3.2.2: the authority of an absolute form wins over `host`.
fn host(map: &mut HeaderMap, uri: &Uri, address: SocketAddr) {
    let host = match asked(uri) {
        Some(authority) => authority.to_owned(),
        None if map.contains_key(HOST) => return,
        None => address.to_string(),
    };
    if let Ok(host) = HeaderValue::from_str(&host) {
        map.insert(HOST, host);
    }
}

/// Whom the client means to speak to.
pub(crate) fn authority(head: &Parts) -> Option<&[u8]> {
    let written = || head.headers.get(HOST).map(HeaderValue::as_bytes);
    asked(&head.uri).map(str::as_bytes).or_else(written)
}

/// Of an absolute form, without a user: `host` has none, and a password is nobody's business.
fn asked(uri: &Uri) -> Option<&str> {
    uri.authority().and_then(|authority| authority.as_str().rsplit('@').next())
}

/// Another path under the same query; `None` for one that is no path.
pub(crate) fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let text = uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(text.parse().ok()?);
    Uri::from_parts(parts).ok()
}

fn origin_form(uri: &Uri) -> Uri {
    uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/")).into()
}
