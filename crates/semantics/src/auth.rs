//! The credential of a request.

use crate::refusal::Refusal;
use model::{Auth, KeyHash, Reason};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// The key is well formed and is none of the endpoint's.
pub const DENIED: Refusal = Refusal::text(401, Reason::Unauthorized, "key_auth_access_denied");
/// No header, or not `Bearer <credential>`.
pub const BAD_HEADER: Refusal = Refusal::text(401, Reason::Unauthorized, "key_auth_bad_header_forbidden");

pub fn key_hash(key: &str) -> KeyHash {
    hash(key.as_bytes())
}

/// Constant-time over all keys.
///
/// Token modes send the same header and get the same bodies (inferred: no body of theirs was ever seen).
pub fn authorize(authorization: Option<&[u8]>, auth: &Auth) -> Result<(), Refusal> {
    let credential = authorization.and_then(bearer).ok_or(BAD_HEADER)?;
    if is_known(&hash(credential), &auth.key_hashes) { Ok(()) } else { Err(DENIED) }
}

/// The credential of `Bearer <credential>`, the scheme in any case (RFC 9110, 11.1).
fn bearer(header: &[u8]) -> Option<&[u8]> {
    let (scheme, rest) = header.trim_ascii().split_at_checked(6)?;
    let credential = rest.trim_ascii();
    let parted = rest.first().is_some_and(u8::is_ascii_whitespace);
    let single = !credential.is_empty() && !credential.iter().any(u8::is_ascii_whitespace);
    (scheme.eq_ignore_ascii_case(b"Bearer") && parted && single).then_some(credential)
}

fn is_known(hash: &KeyHash, known: &[KeyHash]) -> bool {
    known.iter().fold(Choice::from(0), |found, key| found | key.ct_eq(hash)).into()
}

fn hash(key: &[u8]) -> KeyHash {
    Sha256::digest(key).into()
}
