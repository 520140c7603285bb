//! How long tokens live. All times in unix seconds.

/// `aud` of an Entra token for an online endpoint (documented).
pub const AUDIENCE: &str = "https://ml.azure.com";

/// No page states the lifetime of an `aml_token`; an hour is that of an Entra token, more or less (inferred).
pub const LIFETIME: i64 = 3600;

/// The two times of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    pub expiry: i64,
    /// From here on a new one is issued; both are valid until the old one expires (inferred).
    pub refresh_after: i64,
}

/// Of a token that is issued at `now`, for so many seconds. The last fifth is for refreshing.
pub fn issued(now: i64, lifetime: i64) -> Times {
    Times { expiry: now.saturating_add(lifetime), refresh_after: now.saturating_add(lifetime / 5 * 4) }
}
