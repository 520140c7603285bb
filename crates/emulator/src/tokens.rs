//! The tokens of `aml_token` and `aad_token`: issued here, in memory, for as long as the emulator lives. The door gets
//! their hashes and claims only.

use control::TokenQuery;
use control::state::letters_and_digits;
use diagnosis::Diagnosis;
use model::{AuthMode, EndpointName, IssuedToken, Token};
use semantics::auth::key_hash;
use semantics::token::{AUDIENCE, LIFETIME, issued};
use sidecar::jwt::{Claims, signed};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Nobody's tenant at Azure: of the tokens that this emulator issues, and takes.
pub const TENANT: &str = "00000000-0000-4000-8000-000000000000";
const CALLER: &str = "00000000-0000-4000-8000-000000000001";

#[derive(Debug)]
struct Held {
    token: Token,
    checked: IssuedToken,
}

#[derive(Debug)]
pub struct Tokens {
    secret: String,
    held: Mutex<BTreeMap<EndpointName, Vec<Held>>>,
}

impl Tokens {
    pub fn new() -> Result<Self, Diagnosis> {
        Ok(Self { secret: letters_and_digits(43)?, held: Mutex::default() })
    }

    /// What the door has to know of those that are alive. `now`: unix seconds.
    pub fn alive(&self, endpoint: &EndpointName, now: i64) -> Vec<IssuedToken> {
        let mut held = self.lock();
        let held = held.entry(endpoint.clone()).or_default();
        held.retain(|held| now < held.checked.expires);
        held.iter().map(|held| held.checked.clone()).collect()
    }

    /// The token that was issued last, until it is time for a new one.
    pub fn issue(
        &self,
        endpoint: &EndpointName,
        mode: AuthMode,
        wanted: &TokenQuery,
        now: i64,
    ) -> Result<Token, Diagnosis> {
        let (audience, tenant) = match mode {
            AuthMode::AadToken => (wanted.audience.as_deref().unwrap_or(AUDIENCE), wanted.tenant.as_deref()),
            AuthMode::AmlToken | AuthMode::Key => ("", Some("")),
        };
        let tenant = tenant.unwrap_or(TENANT);
        let mut held = self.lock();
        let held = held.entry(endpoint.clone()).or_default();
        let fresh = |held: &&Held| {
            let same = (held.checked.audience.as_str(), held.checked.tenant.as_str()) == (audience, tenant);
            same && now < held.token.refresh_after_time_utc
        };
        if let Some(held) = held.iter().rev().find(fresh).filter(|_| wanted.lifetime.is_none()) {
            return Ok(held.token.clone());
        }
        let token = self.new_token(mode, (audience, tenant), wanted.lifetime, now)?;
        let hash = key_hash(&token.access_token);
        let (expires, audience, tenant) = (token.expiry_time_utc, audience.to_owned(), tenant.to_owned());
        held.push(Held { token: token.clone(), checked: IssuedToken { hash, expires, audience, tenant } });
        Ok(token)
    }

    fn new_token(
        &self,
        mode: AuthMode,
        (aud, tid): (&str, &str),
        lifetime: Option<u32>,
        now: i64,
    ) -> Result<Token, Diagnosis> {
        let times = issued(now, lifetime.map_or(LIFETIME, i64::from));
        let claims = Claims { aud, iss: "local-endpoint", iat: now, nbf: now, exp: times.expiry, tid, oid: CALLER };
        let access_token = match mode {
            AuthMode::AadToken => signed(&claims, self.secret.as_bytes()),
            AuthMode::AmlToken | AuthMode::Key => letters_and_digits(43)?,
        };
        let (expiry_time_utc, refresh_after_time_utc) = (times.expiry, times.refresh_after);
        Ok(Token { access_token, expiry_time_utc, refresh_after_time_utc, token_type: "Bearer".into() })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<EndpointName, Vec<Held>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issue(tokens: &Tokens, mode: AuthMode, now: i64) -> Token {
        tokens.issue(&EndpointName::new("credit"), mode, &TokenQuery::default(), now).expect("a token")
    }

    #[test]
    fn a_token_stays_until_it_is_to_be_refreshed_and_then_both_are_alive() {
        for mode in [AuthMode::AmlToken, AuthMode::AadToken] {
            let tokens = Tokens::new().expect("random numbers");
            let first = issue(&tokens, mode, 1000);
            assert_eq!(issue(&tokens, mode, first.refresh_after_time_utc - 1), first);
            let second = issue(&tokens, mode, first.refresh_after_time_utc);
            assert_ne!(second, first);
            let alive = |now| tokens.alive(&EndpointName::new("credit"), now).len();
            assert_eq!([first.expiry_time_utc - 1, first.expiry_time_utc, i64::MAX].map(alive), [2, 1, 0]);
        }
    }
}
