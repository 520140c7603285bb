//! What callers of an endpoint show, by its auth mode.

use crate::apply::hashes;
use crate::running::Running;
use crate::tokens::TENANT;
use control::{KeyName, TokenQuery};
use diagnosis::{Diagnosis, local};
use model::{Auth, AuthMode, Credentials, EndpointName, Keys};

impl Running {
    /// As the door checks it from now on.
    pub(crate) fn auth(&self, endpoint: &EndpointName, mode: AuthMode) -> Result<Auth, Diagnosis> {
        let issued = || self.tokens.alive(endpoint, now());
        Ok(match mode {
            AuthMode::Key => Auth::Keys(hashes(&self.folder.keys(endpoint, self.key.as_deref())?)),
            AuthMode::AmlToken => Auth::AmlTokens(issued()),
            AuthMode::AadToken => Auth::AadTokens { issued: issued(), tenant: TENANT.to_owned() },
        })
    }

    pub(crate) async fn show_credentials(
        &self,
        endpoint: &EndpointName,
        wanted: &TokenQuery,
    ) -> Result<Credentials, Diagnosis> {
        // Held, so that what is issued and what the door knows change in the same order.
        let _applying = self.applying.lock().await;
        let mode = self.mode(endpoint);
        if mode == AuthMode::Key {
            return Ok(Credentials::Keys(self.folder.keys(endpoint, self.key.as_deref())?));
        }
        let token = self.tokens.issue(endpoint, mode, wanted, now())?;
        self.lifecycle.set_auth(endpoint, self.auth(endpoint, mode)?);
        Ok(Credentials::Token(token))
    }

    pub(crate) async fn new_key(&self, endpoint: &EndpointName, which: KeyName) -> Result<Keys, Diagnosis> {
        let _applying = self.applying.lock().await;
        if self.mode(endpoint) != AuthMode::Key {
            let message = format!("Endpoint '{endpoint}' does not use keys for authentication.");
            return Err(Diagnosis::error(local::KEYS_NOT_USED, message));
        }
        let keys = self.folder.regenerate(endpoint, which, self.key.as_deref())?;
        self.lifecycle.set_auth(endpoint, Auth::Keys(hashes(&keys)));
        Ok(keys)
    }

    fn mode(&self, endpoint: &EndpointName) -> AuthMode {
        self.lifecycle.written(endpoint).map_or(AuthMode::Key, |written| written.auth_mode)
    }
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
