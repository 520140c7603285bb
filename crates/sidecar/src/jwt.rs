//! A token as Entra's look: a signed JWT. The door asks the emulator's list, not the signature; that is there for
//! clients that look into what they send.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;

/// The claims that clients read, and those that an endpoint goes by.
#[derive(Debug, Serialize)]
pub struct Claims<'a> {
    /// For whom.
    pub aud: &'a str,
    pub iss: &'static str,
    /// Unix seconds, as the next two.
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
    /// The tenant.
    pub tid: &'a str,
    /// The caller; the traffic log of Azure has it as IdentityData.
    pub oid: &'static str,
}

/// RFC 7519, HS256.
pub fn signed(claims: &Claims<'_>, secret: &[u8]) -> String {
    let head = serde_json::json!({"typ": "JWT", "alg": "HS256"}).to_string();
    let claims = serde_json::to_vec(claims).expect("claims are JSON");
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a secret of any length");
    mac.update(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected as Python's hmac, json and base64 make it.
    #[test]
    fn a_jwt_is_what_others_make_of_the_same_claims() {
        let claims = Claims { aud: "a", iss: "i", iat: 1, nbf: 1, exp: 2, tid: "t", oid: "o" };
        let expected = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.\
                        eyJhdWQiOiJhIiwiaXNzIjoiaSIsImlhdCI6MSwibmJmIjoxLCJleHAiOjIsInRpZCI6InQiLCJvaWQiOiJvIn0.\
                        t-OqK1n74QlLI63QyZxbKwkmIw3RKvO65HPAPDDNYDA";
        assert_eq!(signed(&claims, b"secret"), expected);
    }
}
