//! Answers that Azure's documents do not know: their origin is this door. Everything else is asked of `semantics`.

use crate::meter::Fault;
use http::header::{HOST, TRANSFER_ENCODING};
use http::request::Parts;
use http::{Method, Version};
use model::Reason;
use semantics::refusal::Refusal;

const fn ours(status: u16, reason: Reason, body: &'static str) -> Refusal {
    Refusal { status, reason, content_type: "text/plain", body, headers: &[] }
}

/// The door failed, not the container.
pub(crate) const INTERNAL: Refusal = ours(500, Reason::Internal, "local-endpoint: internal error");

/// `CONNECT` asks for a tunnel: no container could answer it over HTTP.
const TUNNEL: Refusal = ours(400, Reason::BadRequest, "local-endpoint: CONNECT is not served");
/// RFC 9112, 3.2.3: the authority form belongs to `CONNECT`.
const TARGET: Refusal = ours(400, Reason::BadRequest, "local-endpoint: the request target is not a path");
/// RFC 9112, 3.2: none, or two that may differ, and who is asked depends on who reads them.
const HOSTS: Refusal = ours(400, Reason::BadRequest, "local-endpoint: one Host header is needed");
/// RFC 9112, 6.1. The header ends here, and a coding below `chunked` would be lost with it.
const CODING: Refusal = ours(501, Reason::BadRequest, "local-endpoint: no transfer coding but chunked is taken");
const STALLED: Refusal = ours(408, Reason::BodyTimeout, "local-endpoint: the request body stopped arriving");
const TOO_LARGE: Refusal = ours(413, Reason::BodyTooLarge, "local-endpoint: the request body is larger than is taken");
/// RFC 4918, 11.5.
const DISK: Refusal =
    ours(507, Reason::Internal, "local-endpoint: no room on disk to hold the request body until it is whole");
const MALFORMED: Refusal = ours(400, Reason::BadRequest, "local-endpoint: the request body is malformed");
/// Nobody reads it; the log calls it 0.
const LEFT: Refusal = ours(400, Reason::ClientClosed, "");

/// What HTTP/1.1 asks of a head, and hyper leaves to us.
pub(crate) fn servable(head: &Parts) -> Result<(), Refusal> {
    let hosts = head.headers.get_all(HOST).iter().count();
    let coded = head.headers.get_all(TRANSFER_ENCODING).iter();
    if head.method == Method::CONNECT {
        Err(TUNNEL)
    } else if head.uri.authority().is_some() && head.uri.scheme().is_none() {
        Err(TARGET)
    } else if hosts > 1 || (hosts == 0 && head.version == Version::HTTP_11) {
        Err(HOSTS)
    } else if coded.enumerate().any(|(nth, coding)| nth > 0 || !coding.as_bytes().eq_ignore_ascii_case(b"chunked")) {
        Err(CODING)
    } else {
        Ok(())
    }
}

pub(crate) fn refusal(fault: Fault) -> Refusal {
    match fault {
        Fault::Stalled => STALLED,
        Fault::TooLarge => TOO_LARGE,
        Fault::Disk => DISK,
        Fault::Malformed => MALFORMED,
        Fault::Left => LEFT,
    }
}
