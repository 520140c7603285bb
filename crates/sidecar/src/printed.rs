//! The token in what a command prints: az's JSON, or the token alone. When it ends is asked of the JSON, then of the
//! token itself.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// A token that does not say when it ends is asked for again soon, in seconds.
const UNKNOWN: i64 = 300;

#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    pub access_token: String,
    /// Unix seconds.
    pub expires_on: i64,
}

/// `now`: unix seconds. `None`: there is no token in it.
pub fn read(printed: &str, now: i64) -> Option<Token> {
    let printed = printed.trim();
    let document: Option<Value> = serde_json::from_str(printed).ok().filter(Value::is_object);
    let (text, written) = match &document {
        Some(document) => {
            (["accessToken", "access_token", "token"].iter().find_map(|name| document[name].as_str())?, end(document))
        }
        None => (printed, None),
    };
    let sendable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    sendable.then(|| token(text, written, now))
}

/// One whose end is written, or stands in it, or is not known.
pub fn token(text: &str, written: Option<i64>, now: i64) -> Token {
    let expires_on = written.or_else(|| claimed(text)).unwrap_or(now + UNKNOWN);
    Token { access_token: text.to_owned(), expires_on }
}

fn end(document: &Value) -> Option<i64> {
    let value = document.get("expires_on").or_else(|| document.get("expiresOn"))?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// `exp` of a JWT.
fn claimed(token: &str) -> Option<i64> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?.trim_end_matches('=')).ok()?;
    serde_json::from_slice::<Value>(&claims).ok()?["exp"].as_i64()
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("expires_on", &self.expires_on).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{"exp": 1700003600}`
    const JWT: &str = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDM2MDB9.c2ln";

    #[test]
    fn what_commands_print() {
        let az = format!(
            r#"{{"accessToken": "{JWT}", "expiresOn": "2023-11-15 00:13:20.000000", "expires_on": 1700000777}}"#
        );
        let old_az = format!(r#"{{"accessToken": "{JWT}", "expiresOn": "2023-11-15 00:13:20.000000"}}"#);
        let rows = [
            ("az", az.as_str(), Some((JWT, 1_700_000_777))),
            ("az before 2.54", &old_az, Some((JWT, 1_700_003_600))),
            (
                "a managed identity's answer",
                r#"{"access_token": "abc", "expires_on": "1700000001"}"#,
                Some(("abc", 1_700_000_001)),
            ),
            ("a JWT alone", &format!("{JWT}\n"), Some((JWT, 1_700_003_600))),
            ("an opaque token", "abc\n", Some(("abc", 1_700_000_300))),
            ("nothing", "\n", None),
            ("a sentence", "no token for you\n", None),
            ("JSON without one", r#"{"error": "login"}"#, None),
        ];
        for (situation, printed, expected) in rows {
            let found = read(printed, 1_700_000_000);
            let found = found.as_ref().map(|it| (it.access_token.as_str(), it.expires_on));
            assert_eq!(found, expected, "{situation}");
        }
    }

    #[test]
    fn a_token_is_not_printed() {
        let shown = format!("{:?}", token("abc", Some(1), 0));
        assert_eq!(shown, "Token { expires_on: 1, .. }");
    }
}
