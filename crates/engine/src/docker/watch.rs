//! How a container ends.

use super::DockerEngine;
use super::failure::general;
use crate::{EngineError, Exit, InstanceHandle};
use bollard::errors::Error;
use bollard::models::ContainerInspectResponse;
use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::StreamExt;
use std::collections::HashMap;

impl DockerEngine {
    pub(super) async fn wait_for_exit(&self, handle: &InstanceHandle) -> Result<Exit, EngineError> {
        let docker = self.patient();
        let (code, error) = match Box::pin(docker.wait_container(&handle.0, None)).next().await {
            Some(Ok(answer)) => (answer.status_code, String::new()),
            Some(Err(Error::DockerContainerWaitError { error, code })) => (code, error),
            Some(Err(error)) => return Err(general(error)),
            None => return Err(EngineError::Unavailable("the engine went away while a container ran".into())),
        };
        match self.inspect(handle).await {
            Ok(inspected) => self.exit(handle, inspected).await,
            Err(EngineError::NoSuchInstance) => Ok(Exit { code: self.of_removed(code), out_of_memory: false, error }),
            Err(error) => Err(error),
        }
    }

    /// Podman may answer 0 for one that was removed while it ran, which is a kill.
    fn of_removed(&self, code: i64) -> i64 {
        if code == 0 && self.nature.podman.is_some() { KILLED } else { code }
    }

    async fn exit(&self, handle: &InstanceHandle, inspected: ContainerInspectResponse) -> Result<Exit, EngineError> {
        let limited = inspected.host_config.and_then(|config| config.memory).is_some_and(|bytes| bytes > 0);
        let state = inspected.state.unwrap_or_default();
        let mut exit = Exit {
            code: state.exit_code.unwrap_or_default(),
            out_of_memory: state.oom_killed.unwrap_or_default(),
            error: state.error.unwrap_or_default(),
        };
        if exit.code == KILLED && limited && self.nature.hides_out_of_memory() {
            exit.out_of_memory = !self.was_asked_to_end(handle, state.started_at).await?;
        }
        Ok(exit)
    }

    /// Whether anybody stopped or killed it by the engine since this time (RFC 3339). Podman tells of that before it
    /// tells of the end, which it always tells of.
    async fn was_asked_to_end(&self, handle: &InstanceHandle, since: Option<String>) -> Result<bool, EngineError> {
        // Asked for as Podman calls it itself, and told as Docker does.
        let events = ["kill", "stop", "died", "die"].map(str::to_owned).to_vec();
        let filters = [("container", vec![handle.0.clone()]), ("event", events)];
        let filters: HashMap<_, _> = filters.into_iter().map(|(name, values)| (name.to_owned(), values)).collect();
        let options = EventsOptionsBuilder::default().since(&since.unwrap_or_default()).filters(&filters).build();
        let first = self.docker.events(Some(options)).boxed().next().await;
        let first = first.transpose().map_err(general)?;
        Ok(first.and_then(|event| event.action).is_some_and(|action| !action.starts_with("die")))
    }
}

/// 128 + SIGKILL.
const KILLED: i64 = 137;
