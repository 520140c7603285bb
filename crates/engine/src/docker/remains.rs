//! Stopping, removing and finding containers.

use super::DockerEngine;
use super::failure::general;
use crate::{EngineError, Found, InstanceHandle, Labels};
use bollard::errors::Error;
use bollard::models::{ContainerSummary, ContainerSummaryStateEnum};
use bollard::query_parameters::{
    ListContainersOptionsBuilder, RemoveContainerOptionsBuilder, StopContainerOptionsBuilder,
    WaitContainerOptionsBuilder,
};
use futures_util::StreamExt;
use std::collections::HashMap;
use std::time::Duration;

/// What the engine itself takes to stop a container, beside the grace.
const ALLOWANCE: Duration = Duration::from_secs(60);

/// The container that we run in ourselves, where this engine runs it: hostnames and process numbers change with it.
pub(super) const INSIDE: &str = "local-endpoint.inside";

impl DockerEngine {
    pub(super) async fn stop_container(&self, handle: &InstanceHandle, grace: Duration) -> Result<(), EngineError> {
        let seconds = i32::try_from(grace.as_millis().div_ceil(1000)).unwrap_or(i32::MAX);
        let options = StopContainerOptionsBuilder::default().t(seconds).build();
        let docker = self.docker.clone().with_timeout(grace.saturating_add(ALLOWANCE));
        match docker.stop_container(&handle.0, Some(options)).await {
            Ok(()) | Err(Error::DockerResponseServerError { status_code: 304 | 404, .. }) => Ok(()),
            Err(error) => Err(general(error)),
        }
    }

    pub(super) async fn remove_container(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
        match self.docker.remove_container(&handle.0, Some(options)).await {
            Ok(()) | Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(()),
            Err(Error::DockerResponseServerError { status_code: 409, message })
                if message.contains("already in progress") =>
            {
                self.wait_until_removed(handle).await
            }
            Err(error) => Err(general(error)),
        }
    }

    async fn wait_until_removed(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        let options = WaitContainerOptionsBuilder::default().condition("removed").build();
        let docker = self.docker.clone().with_timeout(ALLOWANCE);
        match Box::pin(docker.wait_container(&handle.0, Some(options))).next().await {
            None | Some(Ok(_) | Err(Error::DockerContainerWaitError { .. })) => Ok(()),
            Some(Err(Error::DockerResponseServerError { status_code: 404, .. })) => Ok(()),
            Some(Err(error)) => Err(general(error)),
        }
    }

    pub(super) async fn list_containers(&self, labels: &Labels) -> Result<Vec<Found>, EngineError> {
        let wanted = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let filters = HashMap::from([("label".to_owned(), wanted)]);
        let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
        let containers = self.docker.list_containers(Some(options)).await.map_err(general)?;
        let mut found: Vec<_> = containers.into_iter().filter_map(found).collect();
        for it in &mut found {
            if let Some(id) = it.labels.get(INSIDE).filter(|id| self.inside.as_ref() != Some(id)) {
                it.elsewhere = Some(self.runs(id).await?);
            }
        }
        Ok(found)
    }

    async fn runs(&self, container: &str) -> Result<bool, EngineError> {
        match self.state(&InstanceHandle(container.to_owned())).await {
            Ok(state) => Ok(state.running.unwrap_or_default()),
            Err(EngineError::NoSuchInstance) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn found(container: ContainerSummary) -> Option<Found> {
    use ContainerSummaryStateEnum::{PAUSED, RESTARTING, RUNNING};
    let name = container.names.and_then(|names| names.into_iter().next()).unwrap_or_default();
    Some(Found {
        handle: InstanceHandle(container.id?),
        name: name.trim_start_matches('/').to_owned(),
        running: matches!(container.state, Some(RUNNING | PAUSED | RESTARTING)),
        labels: container.labels.unwrap_or_default().into_iter().collect(),
        elsewhere: None,
    })
}
