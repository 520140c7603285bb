//! How a container ends.

use super::DockerEngine;
use super::failure::general;
use crate::{EngineError, Exit, InstanceHandle};
use bollard::errors::Error;
use bollard::models::ContainerState;
use futures_util::StreamExt;

impl DockerEngine {
    pub(super) async fn wait_for_exit(&self, handle: &InstanceHandle) -> Result<Exit, EngineError> {
        let docker = self.patient();
        let (code, error) = match Box::pin(docker.wait_container(&handle.0, None)).next().await {
            Some(Ok(answer)) => (answer.status_code, String::new()),
            Some(Err(Error::DockerContainerWaitError { error, code })) => (code, error),
            Some(Err(error)) => return Err(general(error)),
            None => return Err(EngineError::Unavailable("the engine went away while a container ran".into())),
        };
        match self.state(handle).await {
            Ok(state) => Ok(exit(&state)),
            Err(EngineError::NoSuchInstance) => Ok(Exit { code, out_of_memory: false, error }),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn state(&self, handle: &InstanceHandle) -> Result<ContainerState, EngineError> {
        let inspected = self.docker.inspect_container(&handle.0, None).await.map_err(general)?;
        Ok(inspected.state.unwrap_or_default())
    }
}

fn exit(state: &ContainerState) -> Exit {
    Exit {
        code: state.exit_code.unwrap_or_default(),
        out_of_memory: state.oom_killed.unwrap_or_default(),
        error: state.error.clone().unwrap_or_default(),
    }
}
