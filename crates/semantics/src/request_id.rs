//! `x-request-id` and `x-ms-client-request-id`.

use model::RequestId;

/// Letters of a client's own id that are kept.
const LONGEST: usize = 40;

/// The `x-request-id` of a request: a GUID made of 16 random bytes. What the client sent under that name is never used.
pub fn request_id(random: [u8; 16]) -> RequestId {
    RequestId(uuid::Builder::from_random_bytes(random).into_uuid())
}

/// What is kept of the client's own id; `None`: nothing is.
///
/// Letters, digits, `-` and `_` are kept, 40 at most (documented); other characters are stripped (inferred).
pub fn client_request_id(raw: &[u8]) -> Option<String> {
    let kept: String = raw.iter().filter(|byte| is_kept(**byte)).take(LONGEST).map(|byte| char::from(*byte)).collect();
    (!kept.is_empty()).then_some(kept)
}

fn is_kept(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}
