//! A command in a container that runs: `docker exec`.

use super::DockerEngine;
use super::failure::general;
use crate::entry::{Entered, Entry, Piece, Session, There, shell};
use crate::{EngineError, InstanceHandle};
use async_trait::async_trait;
use bollard::Docker;
use bollard::container::LogOutput;
use bollard::exec::{CreateExecOptions, ResizeExecOptions, StartExecOptions, StartExecResults};
use futures_util::StreamExt;

impl DockerEngine {
    pub(super) async fn enter_container(&self, handle: &InstanceHandle, entry: &Entry) -> Result<Entered, EngineError> {
        let tty = entry.terminal.is_some();
        let options = CreateExecOptions {
            attach_stdin: Some(true),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            tty: Some(tty),
            env: Some(entry.env.iter().map(|(name, value)| format!("{name}={value}")).collect()),
            cmd: Some(if entry.command.is_empty() { shell() } else { entry.command.clone() }),
            ..CreateExecOptions::default()
        };
        let docker = self.patient();
        let id = docker.create_exec(&handle.0, options).await.map_err(general)?.id;
        let options = StartExecOptions { detach: false, tty, output_capacity: None };
        let StartExecResults::Attached { output, input } =
            docker.start_exec(&id, Some(options)).await.map_err(general)?
        else {
            return Err(EngineError::Other("the engine started the command and gave no streams".into()));
        };
        let output = output.map(|piece| piece.map(taken).map_err(general)).boxed();
        let session = Exec { docker, id };
        if let Some((columns, lines)) = entry.terminal {
            session.resize(columns, lines).await?;
        }
        Ok(Entered::There(There { input, output, session: Box::new(session) }))
    }
}

struct Exec {
    docker: Docker,
    id: String,
}

#[async_trait]
impl Session for Exec {
    async fn resize(&self, columns: u16, lines: u16) -> Result<(), EngineError> {
        let size = ResizeExecOptions { height: lines, width: columns };
        self.docker.resize_exec(&self.id, size).await.map_err(general)
    }

    async fn code(&self) -> Result<i64, EngineError> {
        let told = self.docker.inspect_exec(&self.id).await.map_err(general)?;
        Ok(told.exit_code.unwrap_or(-1))
    }
}

fn taken(output: LogOutput) -> Piece {
    match output {
        LogOutput::StdErr { message } => Piece::Err(message.to_vec()),
        LogOutput::StdOut { message } | LogOutput::StdIn { message } | LogOutput::Console { message } => {
            Piece::Out(message.to_vec())
        }
    }
}
