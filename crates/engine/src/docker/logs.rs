//! What a container says.

use super::DockerEngine;
use super::demux::Demux;
use crate::{EngineError, InstanceHandle, LogLine, LogSource};
use bollard::errors::Error;
use bollard::query_parameters::{LogsOptions, LogsOptionsBuilder};
use futures_util::stream::{self, BoxStream, StreamExt};
use std::time::Duration;
use tokio::sync::mpsc::{self, Sender};

/// Lines read ahead of who reads them.
const AHEAD: usize = 256;

/// Entries read again at the end, of which all but the last few have been seen.
const LAST_WORDS: usize = 1000;

/// Between two tries to reach an engine that is away.
const AGAIN: Duration = Duration::from_secs(1);

impl DockerEngine {
    pub(super) async fn log_lines(
        &self,
        handle: &InstanceHandle,
        source: LogSource,
    ) -> Result<BoxStream<'static, LogLine>, EngineError> {
        self.state(handle).await?;
        let (lines, receiver) = mpsc::channel(AHEAD);
        let reader = Reader { engine: self.clone(), handle: handle.clone(), lines, demux: Demux::since(now()) };
        tokio::spawn(reader.read(source));
        Ok(stream::unfold(receiver, async |mut receiver| receiver.recv().await.map(|line| (line, receiver))).boxed())
    }
}

/// Reads one log; ends when nobody listens any more.
struct Reader {
    engine: DockerEngine,
    handle: InstanceHandle,
    lines: Sender<LogLine>,
    demux: Demux,
}

impl Reader {
    async fn read(mut self, source: LogSource) {
        let listened = self.lines.clone();
        let read = async {
            if let Err(error) = self.read_all(source).await {
                tracing::warn!(instance = self.handle.0, "the log ends early: {error}");
            }
        };
        tokio::select! {
            () = read => {}
            () = listened.closed() => {}
        }
    }

    async fn read_all(&mut self, source: LogSource) -> Result<(), Error> {
        let mut passed = self.pass(source).await;
        if source.follow {
            passed = self.follow(source).await;
        }
        self.send(Demux::finish).await;
        passed
    }

    /// From the end of a followed log to the end of the container: either the engine went away, and may come back, or
    /// it has closed the log.
    async fn follow(&mut self, source: LogSource) -> Result<(), Error> {
        loop {
            match self.engine.wait_for_exit(&self.handle).await {
                Err(EngineError::Unavailable(_)) => {
                    tokio::time::sleep(AGAIN).await;
                    // What was read is not read again; and it breaks off as long as the engine is away.
                    let _ = self.pass(source).await;
                }
                Ok(_) => {
                    // An engine may close a followed log before the last words of a program that ends quickly.
                    let again = Some(LAST_WORDS + self.demux.overlap());
                    let tail = if self.demux.is_empty() { source.tail } else { again };
                    return self.pass(LogSource { tail, follow: false }).await;
                }
                Err(EngineError::NoSuchInstance) => return Ok(()),
                Err(error) => {
                    tracing::warn!(instance = self.handle.0, "the log ends early: {error}");
                    return Ok(());
                }
            }
        }
    }

    async fn pass(&mut self, source: LogSource) -> Result<(), Error> {
        let options = options(source);
        self.demux.begin_pass();
        let mut pieces = self.engine.patient().logs(&self.handle.0, Some(options)).boxed();
        while let Some(piece) = pieces.next().await {
            let piece = piece?;
            self.send(|demux| demux.take(piece)).await;
        }
        Ok(())
    }

    async fn send(&mut self, lines: impl FnOnce(&mut Demux) -> Vec<LogLine>) {
        for line in lines(&mut self.demux) {
            // Nobody listening is seen by `read`.
            let _ = self.lines.send(line).await;
        }
    }
}

fn options(source: LogSource) -> LogsOptions {
    let tail = source.tail.map_or_else(|| "all".to_owned(), |lines| lines.to_string());
    let options = LogsOptionsBuilder::default().stdout(true).stderr(true).timestamps(true);
    options.follow(source.follow).tail(&tail).build()
}

/// As the engine writes times, without the `Z`.
fn now() -> String {
    jiff::Timestamp::now().to_string().trim_end_matches('Z').to_owned()
}
