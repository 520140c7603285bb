//! `keys.json`, 0600: both keys of every endpoint of a project. They survive `down`.

use super::{ProjectFolder, file, secret};
use crate::KeyName;
use diagnosis::{Diagnosis, local};
use model::{EndpointName, Keys, SCHEMA_VERSION};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Serialize, Deserialize)]
struct KeysFile {
    schema_version: u32,
    endpoints: BTreeMap<EndpointName, Keys>,
}

impl ProjectFolder {
    /// The keys of an endpoint, generated at the first call. `fixed` is `LOCAL_ENDPOINT_KEY`: it stands in for the
    /// primary key and is never written down.
    pub fn keys(&self, endpoint: &EndpointName, fixed: Option<&str>) -> Result<Keys, Diagnosis> {
        let mut keys = self.stored(endpoint)?;
        if let Some(fixed) = fixed {
            keys.primary_key = usable(fixed)?.to_owned();
        }
        Ok(keys)
    }

    /// A new key in place of one of the two.
    ///
    /// # Errors
    /// `KeyFixed` for a primary key that `fixed` stands in for.
    pub fn regenerate(&self, endpoint: &EndpointName, which: KeyName, fixed: Option<&str>) -> Result<Keys, Diagnosis> {
        let mut keys = self.stored(endpoint)?;
        match which {
            KeyName::Primary if fixed.is_some() => return Err(Diagnosis::error(local::KEY_FIXED, "")),
            KeyName::Primary => keys.primary_key = secret::letters_and_digits(32)?,
            KeyName::Secondary => keys.secondary_key = secret::letters_and_digits(32)?,
        }
        self.store(endpoint, keys)?;
        self.keys(endpoint, fixed)
    }

    fn stored(&self, endpoint: &EndpointName) -> Result<Keys, Diagnosis> {
        if let Some(keys) = self.keys_of_all()?.endpoints.remove(endpoint) {
            return Ok(keys);
        }
        let keys =
            Keys { primary_key: secret::letters_and_digits(32)?, secondary_key: secret::letters_and_digits(32)? };
        self.store(endpoint, keys.clone())?;
        Ok(keys)
    }

    fn store(&self, endpoint: &EndpointName, keys: Keys) -> Result<(), Diagnosis> {
        self.create()?;
        let mut all = self.keys_of_all()?;
        all.endpoints.insert(endpoint.clone(), keys);
        file::write(&self.keys_file(), &all)
    }

    fn keys_of_all(&self) -> Result<KeysFile, Diagnosis> {
        let none = || KeysFile { schema_version: SCHEMA_VERSION, endpoints: BTreeMap::new() };
        Ok(file::read(&self.keys_file())?.unwrap_or_else(none))
    }
}

fn usable(key: &str) -> Result<&str, Diagnosis> {
    let sendable = !key.is_empty() && key.chars().all(|c| c.is_ascii_graphic());
    if sendable { Ok(key) } else { Err(Diagnosis::error(local::KEY_UNUSABLE, "")) }
}
