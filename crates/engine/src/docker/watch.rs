//! What a container says, and how it ends.

use super::DockerEngine;
use super::failure::general;
use crate::lines::LineSplitter;
use crate::{EngineError, Exit, InstanceHandle, LogLine, LogSource, Stream};
use bollard::container::LogOutput;
use bollard::errors::Error;
use bollard::models::ContainerState;
use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::stream::{self, BoxStream, StreamExt};
use std::future::ready;

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

    async fn state(&self, handle: &InstanceHandle) -> Result<ContainerState, EngineError> {
        let inspected = self.docker.inspect_container(&handle.0, None).await.map_err(general)?;
        Ok(inspected.state.unwrap_or_default())
    }

    pub(super) async fn log_lines(
        &self,
        handle: &InstanceHandle,
        source: LogSource,
    ) -> Result<BoxStream<'static, LogLine>, EngineError> {
        self.state(handle).await?;
        let tail = source.tail.map_or_else(|| "all".to_owned(), |lines| lines.to_string());
        let options = LogsOptionsBuilder::default().stdout(true).stderr(true).follow(source.follow).tail(&tail).build();
        let pieces = self.patient().logs(&handle.0, Some(options));
        Ok(lines(pieces).boxed())
    }
}

fn exit(state: &ContainerState) -> Exit {
    Exit {
        code: state.exit_code.unwrap_or_default(),
        out_of_memory: state.oom_killed.unwrap_or_default(),
        error: state.error.clone().unwrap_or_default(),
    }
}

fn lines(
    pieces: impl stream::Stream<Item = Result<LogOutput, Error>> + Send + 'static,
) -> impl stream::Stream<Item = LogLine> + Send {
    let ended = stream::once(ready(None));
    let pieces = pieces.map(Some).chain(ended);
    pieces.scan(Demux::default(), |demux, piece| ready(Some(stream::iter(demux.take(piece))))).flatten()
}

/// Two streams in one connection, each with its own unfinished line.
#[derive(Debug, Default)]
struct Demux {
    stdout: LineSplitter,
    stderr: LineSplitter,
}

impl Demux {
    fn take(&mut self, piece: Option<Result<LogOutput, Error>>) -> Vec<LogLine> {
        match piece {
            Some(Ok(LogOutput::StdErr { message })) => told(Stream::Stderr, self.stderr.push(&message)),
            Some(Ok(LogOutput::StdOut { message } | LogOutput::Console { message } | LogOutput::StdIn { message })) => {
                told(Stream::Stdout, self.stdout.push(&message))
            }
            Some(Err(error)) => {
                tracing::warn!("the log ends early: {error}");
                Vec::new()
            }
            None => {
                let mut rest = told(Stream::Stdout, self.stdout.finish());
                rest.extend(told(Stream::Stderr, self.stderr.finish()));
                rest
            }
        }
    }
}

fn told(stream: Stream, lines: impl IntoIterator<Item = String>) -> Vec<LogLine> {
    lines.into_iter().map(|text| LogLine { stream, text }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_streams_do_not_mix_their_unfinished_lines() {
        let out = |text: &'static str| Ok(LogOutput::StdOut { message: text.into() });
        let err = |text: &'static str| Ok(LogOutput::StdErr { message: text.into() });
        let pieces = stream::iter([out("one "), err("warn"), out("line\ntwo"), err("ing\n")]);
        let told: Vec<_> = lines(pieces).map(|line| (line.stream, line.text)).collect().await;
        let expected = [(Stream::Stdout, "one line"), (Stream::Stderr, "warning"), (Stream::Stdout, "two")];
        assert_eq!(told, expected.map(|(stream, text)| (stream, text.to_owned())));
    }
}
