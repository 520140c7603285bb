//! What is installed in an image: asked once per image id, by a container without a network.

use super::DockerEngine;
use super::facts::{LOOKED_INTO, facts_file};
use super::failure::general;
use crate::inventory::{ASK, Inventory, told};
use crate::{Base, EngineError, InstanceHandle, LogSource};
use bollard::models::{ContainerCreateBody, HostConfig};
use futures_util::StreamExt;
use std::collections::HashMap;

const PYTHONS: [&str; 2] = ["python3", "python"];

impl DockerEngine {
    pub(super) async fn inventory_of(&self, base: &Base) -> Result<Option<Inventory>, EngineError> {
        let path = facts_file(&self.cache, &base.id).with_extension("packages");
        if let Some(known) = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            return Ok(known);
        }
        let found = self.ask_inventory(base).await?;
        let bytes = serde_json::to_vec(&found).unwrap_or_default();
        if let Err(error) = std::fs::write(&path, bytes) {
            tracing::warn!(%error, "{} cannot be written: it is asked again next time", path.display());
        }
        Ok(found)
    }

    async fn ask_inventory(&self, base: &Base) -> Result<Option<Inventory>, EngineError> {
        for python in PYTHONS {
            if let Some(found) = self.said_by(base, python).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// `None`: the image does not have this program, or an older one than can tell.
    async fn said_by(&self, base: &Base, python: &str) -> Result<Option<Inventory>, EngineError> {
        let body = ContainerCreateBody {
            image: Some(base.id.clone()),
            entrypoint: Some(vec![python.to_owned()]),
            cmd: Some(["-c", ASK].map(str::to_owned).to_vec()),
            labels: Some(HashMap::from([(LOOKED_INTO.to_owned(), String::new())])),
            host_config: Some(HostConfig { network_mode: Some("none".to_owned()), ..HostConfig::default() }),
            ..ContainerCreateBody::default()
        };
        let container = InstanceHandle(self.docker.create_container(None, body).await.map_err(general)?.id);
        let said = match self.docker.start_container(&container.0, None).await {
            Ok(()) => self.all_lines(&container).await.map(Some),
            Err(_) => Ok(None),
        };
        self.remove_container(&container).await?;
        Ok(said?.and_then(|text| told(&text)))
    }

    async fn all_lines(&self, container: &InstanceHandle) -> Result<String, EngineError> {
        let lines = self.log_lines(container, LogSource { tail: None, follow: true }).await?;
        Ok(lines.map(|line| line.text + "\n").collect::<Vec<_>>().await.concat())
    }
}
