//! Answers that Azure's documents do not know: their origin is this door. Everything else is asked of `semantics`.

use crate::meter::Fault;
use http::Method;
use model::Reason;
use semantics::refusal::Refusal;

const fn ours(status: u16, reason: Reason, body: &'static str) -> Refusal {
    Refusal { status, reason, content_type: "text/plain", body, headers: &[] }
}

/// The door failed, not the container.
pub(crate) const INTERNAL: Refusal = ours(500, Reason::Internal, "local-endpoint: internal error");

/// `CONNECT` asks for a tunnel: no container could answer it over HTTP.
const TUNNEL: Refusal = ours(400, Reason::NoRoute, "local-endpoint: CONNECT is not served");
const STALLED: Refusal = ours(408, Reason::BodyTimeout, "local-endpoint: the request body stopped arriving");
const TOO_LARGE: Refusal =
    ours(413, Reason::Internal, "local-endpoint: the request body is larger than is held in memory");
const MALFORMED: Refusal = ours(400, Reason::Internal, "local-endpoint: the request body is malformed");
/// Nobody reads it; the log calls it 0.
const LEFT: Refusal = ours(400, Reason::ClientClosed, "");

pub(crate) fn no_tunnel(method: &Method) -> Result<(), Refusal> {
    if method == Method::CONNECT { Err(TUNNEL) } else { Ok(()) }
}

pub(crate) fn refusal(fault: Fault) -> Refusal {
    match fault {
        Fault::Stalled => STALLED,
        Fault::TooLarge => TOO_LARGE,
        Fault::Malformed => MALFORMED,
        Fault::Left => LEFT,
    }
}
