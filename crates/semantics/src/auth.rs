//! The credential of a request.

use crate::refusal::Refusal;
use crate::token;
use model::{Auth, IssuedToken, KeyHash, Profile, Reason};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// The key is well formed and is none of the endpoint's.
pub const DENIED: Refusal = Refusal::text(401, Reason::Unauthorized, "key_auth_access_denied");
/// No header, or not `Bearer <credential>`.
pub const BAD_HEADER: Refusal = Refusal::text(401, Reason::Unauthorized, "key_auth_bad_header_forbidden");
/// Token modes: the code is documented; no body was ever seen, so it is empty (inferred).
pub const TOKEN_DENIED: Refusal = Refusal::text(401, Reason::Unauthorized, "");
pub const TOKEN_EXPIRED: Refusal = Refusal::text(401, Reason::TokenExpired, "");
/// The text of a batch endpoint (seen); that an online endpoint has the same is inferred.
pub const WRONG_TENANT: Refusal =
    Refusal::text(403, Reason::Forbidden, "Tenant mismatch: Token tenant does not match resource tenant");

/// Of a key or a token.
pub fn key_hash(key: &str) -> KeyHash {
    hash(key.as_bytes())
}

/// Constant-time over all that the endpoint knows. `now`: unix seconds. One form of header for all three modes (documented).
///
/// `OPTIONS` is asked for it as any other method, so that a browser's preflight fails (inferred from the documented
/// symptom). Passthrough asks nobody.
pub fn authorize(profile: Profile, authorization: Option<&[u8]>, auth: &Auth, now: i64) -> Result<(), Refusal> {
    if profile == Profile::Passthrough {
        return Ok(());
    }
    let credential = authorization.and_then(bearer);
    match auth {
        Auth::Keys(hashes) => is_known(&hash(credential.ok_or(BAD_HEADER)?), hashes),
        Auth::AmlTokens(issued) => alive(credential, issued, now).map(drop),
        Auth::AadTokens { issued, tenant } => entra(alive(credential, issued, now)?, tenant),
    }
}

fn is_known(hash: &KeyHash, known: &[KeyHash]) -> Result<(), Refusal> {
    let found = known.iter().fold(Choice::from(0), |found, key| found | key.ct_eq(hash));
    if found.into() { Ok(()) } else { Err(DENIED) }
}

fn alive<'a>(credential: Option<&[u8]>, issued: &'a [IssuedToken], now: i64) -> Result<&'a IssuedToken, Refusal> {
    let hash = hash(credential.ok_or(TOKEN_DENIED)?);
    let pick = |found, token: &'a IssuedToken| if token.hash.ct_eq(&hash).into() { Some(token) } else { found };
    let token = issued.iter().fold(None, pick).ok_or(TOKEN_DENIED)?;
    if now < token.expires { Ok(token) } else { Err(TOKEN_EXPIRED) }
}

/// The audience first: who issued a token that is for somebody else does not matter (inferred).
fn entra(token: &IssuedToken, tenant: &str) -> Result<(), Refusal> {
    match token {
        IssuedToken { audience, .. } if audience != token::AUDIENCE => Err(TOKEN_DENIED),
        IssuedToken { tenant: by, .. } if by != tenant => Err(WRONG_TENANT),
        _ => Ok(()),
    }
}

/// The credential of `Bearer <credential>`, the scheme in any case (RFC 9110, 11.1).
fn bearer(header: &[u8]) -> Option<&[u8]> {
    let (scheme, rest) = header.trim_ascii().split_at_checked(6)?;
    let credential = rest.trim_ascii();
    let parted = rest.first().is_some_and(u8::is_ascii_whitespace);
    let single = !credential.is_empty() && !credential.iter().any(u8::is_ascii_whitespace);
    (scheme.eq_ignore_ascii_case(b"Bearer") && parted && single).then_some(credential)
}

fn hash(key: &[u8]) -> KeyHash {
    Sha256::digest(key).into()
}
