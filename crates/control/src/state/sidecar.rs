//! `sidecar.json`, 0600: what instances know their emulator by. It outlives the emulator, as they may.

use super::{ProjectFolder, file, secret};
use diagnosis::Diagnosis;
use model::{SCHEMA_VERSION, Secret};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SidecarState {
    schema_version: u32,
    /// Of the passes of instances.
    pub secret: Secret,
    /// The port that was listened on at each address.
    pub ports: BTreeMap<IpAddr, u16>,
}

impl ProjectFolder {
    /// Made at the first call.
    pub fn sidecar(&self) -> Result<SidecarState, Diagnosis> {
        if let Some(known) = file::read(&self.sidecar_file())? {
            return Ok(known);
        }
        let secret = Secret(secret::letters_and_digits(43)?);
        let state = SidecarState { schema_version: SCHEMA_VERSION, secret, ports: BTreeMap::new() };
        self.write_sidecar(&state).map(|()| state)
    }

    pub fn write_sidecar(&self, state: &SidecarState) -> Result<(), Diagnosis> {
        self.create()?;
        file::write(&self.sidecar_file(), state)
    }
}
