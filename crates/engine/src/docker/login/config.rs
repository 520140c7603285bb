//! `config.json` as the docker command writes it.

use super::Login;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Config {
    auths: Option<BTreeMap<String, Entry>>,
    creds_store: Option<String>,
    cred_helpers: Option<BTreeMap<String, String>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    /// `USER:PASSWORD` in base64.
    auth: String,
    username: String,
    password: String,
    identitytoken: String,
    registrytoken: String,
}

impl Config {
    /// The helper that keeps the logins of this server; its own one, else that of all.
    pub fn helper(&self, server: &str) -> Option<&str> {
        let own = self.cred_helpers.as_ref().and_then(|helpers| helpers.get(server));
        own.or(self.creds_store.as_ref()).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// Kept in the file itself.
    pub fn login(&self, server: &str) -> Option<Login> {
        let entry = self.entry(server)?;
        let decoded = STANDARD.decode(entry.auth.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let pair = decoded.as_ref().and_then(|text| text.trim_end_matches('\0').split_once(':'));
        let (username, password) = pair.unwrap_or((&entry.username, &entry.password));
        let login = Login {
            username: username.to_owned(),
            password: password.to_owned(),
            identitytoken: entry.identitytoken.clone(),
            registrytoken: entry.registrytoken.clone(),
            ..Login::default()
        };
        (login != Login::default()).then_some(login)
    }

    pub fn names(&self, server: &str) -> bool {
        let helped = self.cred_helpers.as_ref().is_some_and(|helpers| helpers.contains_key(server));
        helped || self.entry(server).is_some()
    }

    /// By its name, or by the host of an address that somebody wrote for it.
    fn entry(&self, server: &str) -> Option<&Entry> {
        let auths = self.auths.as_ref()?;
        let of_host = || auths.iter().find(|(name, _)| host(name) == host(server)).map(|(_, entry)| entry);
        auths.get(server).or_else(of_host)
    }
}

fn host(server: &str) -> &str {
    let bare = server.strip_prefix("https://").or_else(|| server.strip_prefix("http://")).unwrap_or(server);
    bare.split('/').next().unwrap_or(bare)
}
