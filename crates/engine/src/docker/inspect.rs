//! A container as the engine describes it.

use super::DockerEngine;
use super::failure::general;
use crate::{EngineError, InstanceHandle};
use bollard::errors::Error;
use bollard::models::{ContainerInspectResponse, ContainerState};
use serde_json::Value;

impl DockerEngine {
    pub(super) async fn inspect(&self, handle: &InstanceHandle) -> Result<ContainerInspectResponse, EngineError> {
        match self.docker.inspect_container(&handle.0, None).await {
            Ok(inspected) => Ok(inspected),
            Err(Error::JsonDataError { message, contents, .. }) => {
                in_dockers_words(&contents).ok_or(EngineError::Other(message))
            }
            Err(error) => Err(general(error)),
        }
    }

    pub(super) async fn state(&self, handle: &InstanceHandle) -> Result<ContainerState, EngineError> {
        Ok(self.inspect(handle).await?.state.unwrap_or_default())
    }
}

/// Podman has states that Docker's API does not know: between the end of a program and the clearing away of its
/// container it is `stopped`.
fn in_dockers_words(text: &str) -> Option<ContainerInspectResponse> {
    let mut inspected: Value = serde_json::from_str(text).ok()?;
    let status = inspected.pointer_mut("/State/Status")?;
    let word = match status.as_str()? {
        "stopped" => "exited",
        "configured" | "initialized" => "created",
        _ => "",
    };
    *status = word.into();
    serde_json::from_value(inspected).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bollard::models::ContainerStateStatusEnum as Status;

    #[test]
    fn podmans_states_are_read_as_dockers() {
        let rows = [
            ("stopped", Status::EXITED),
            ("configured", Status::CREATED),
            ("initialized", Status::CREATED),
            ("odd", Status::EMPTY),
        ];
        for (written, expected) in rows {
            let text = format!(r#"{{"Id":"a","State":{{"Status":"{written}","ExitCode":7}}}}"#);
            let state = in_dockers_words(&text).unwrap().state.unwrap();
            assert_eq!((state.status, state.exit_code), (Some(expected), Some(7)), "{written}");
        }
        assert!(in_dockers_words(r#"{"Id":"a"}"#).is_none());
    }
}
