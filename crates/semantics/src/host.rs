//! The `Host` of a door that asks for no credential: our rule, against pages of the web that name this machine under a
//! name of their own (DNS rebinding).

use crate::refusal::Refusal;
use model::{Profile, Reason};

const NAMES: [&[u8]; 3] = [b"127.0.0.1", b"localhost", b"[::1]"];

const FOREIGN: Refusal =
    Refusal::text(403, Reason::Forbidden, "local-endpoint: the Host header does not name this machine");

/// `host`: with or without a port. A credential makes the check needless.
pub fn admit(profile: Profile, host: Option<&[u8]>) -> Result<(), Refusal> {
    let open = profile != Profile::Passthrough || host.is_some_and(is_loopback);
    if open { Ok(()) } else { Err(FOREIGN) }
}

fn is_loopback(host: &[u8]) -> bool {
    let name = match host.iter().rposition(|byte| *byte == b':') {
        Some(colon) if host[colon + 1..].iter().all(u8::is_ascii_digit) => &host[..colon],
        _ => host,
    };
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}
