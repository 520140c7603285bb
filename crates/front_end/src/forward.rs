//! The head that the container gets.

use crate::cargo::Cargo;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderName, HeaderValue, TRANSFER_ENCODING};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, Request, Uri};
use model::RequestId;
use semantics::headers;
use std::net::SocketAddr;

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
pub(crate) const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-client-request-id");

pub(crate) fn request_id(id: RequestId) -> HeaderValue {
    HeaderValue::from_str(&id.to_string()).expect("a GUID is a header value")
}

/// The client's head without what ends here, and with the ids of this door. `host` stays the client's, as Envoy
/// leaves it; one is made up only for a client that sent none.
pub(crate) fn request(
    head: Parts,
    cargo: Cargo,
    id: RequestId,
    client_id: Option<&str>,
    address: SocketAddr,
) -> Request<Cargo> {
    let mut passed = Request::new(cargo);
    *passed.method_mut() = head.method;
    *passed.uri_mut() = origin_form(&head.uri);
    *passed.headers_mut() = head.headers;
    frame(&mut passed);
    strip(passed.headers_mut(), headers::is_withheld_from_container);
    identify(passed.headers_mut(), id, client_id);
    host(passed.headers_mut(), &head.uri, address);
    passed
}

/// Both ways: hop-by-hop headers, those that `connection` names, and what `withheld` names.
pub(crate) fn strip(map: &mut HeaderMap, withheld: fn(&str) -> bool) {
    let named = map.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let named = named.flat_map(|value| value.split(',')).filter_map(|name| name.trim().parse().ok());
    let ends = |name: &&HeaderName| headers::is_hop_by_hop(name.as_str()) || withheld(name.as_str());
    let dropped: Vec<HeaderName> = named.chain(map.keys().filter(ends).cloned()).collect();
    for name in dropped {
        map.remove(name);
    }
}

/// A body that is whole has a length, however it came; a request that declared no body keeps none.
fn frame(request: &mut Request<Cargo>) {
    let chunked = request.headers_mut().remove(TRANSFER_ENCODING).is_some();
    let declared = chunked || request.headers().contains_key(CONTENT_LENGTH);
    if let Some(length) = request.body().length().filter(|_| declared) {
        request.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
}

fn identify(map: &mut HeaderMap, id: RequestId, client_id: Option<&str>) {
    map.insert(REQUEST_ID, request_id(id));
    if let Some(client_id) = client_id.and_then(|client_id| HeaderValue::from_str(client_id).ok()) {
        map.insert(CLIENT_REQUEST_ID, client_id);
    }
}

/// RFC 9112, 3.2.2: the authority of an absolute form wins over `host`.
fn host(map: &mut HeaderMap, uri: &Uri, address: SocketAddr) {
    let host = match uri.authority() {
        Some(authority) => authority.as_str().to_owned(),
        None if map.contains_key(HOST) => return,
        None => address.to_string(),
    };
    if let Ok(host) = HeaderValue::from_str(&host) {
        map.insert(HOST, host);
    }
}

fn origin_form(uri: &Uri) -> Uri {
    uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/")).into()
}
