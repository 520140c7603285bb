//! Images in and out, as one archive in the form of `docker save`.

use super::DockerEngine;
use super::failure::general;
use super::kept::bare;
use crate::pace::Pace;
use crate::{EngineError, Report};
use bollard::query_parameters::ImportImageOptionsBuilder;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// What is read at once.
const PIECE: usize = 256 * 1024;

impl DockerEngine {
    pub(super) async fn save_images(
        &self,
        names: &[String],
        out: &mut (dyn AsyncWrite + Send + Unpin),
        report: Report<'_>,
    ) -> Result<u64, EngineError> {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let engine = self.patient();
        let mut pieces = engine.export_images(&names);
        let (mut bytes, mut pace) = (0, Pace::default());
        while let Some(piece) = pieces.try_next().await.map_err(general)? {
            out.write_all(&piece).await.map_err(|error| unwritable(&error))?;
            bytes += piece.len() as u64;
            if pace.due() {
                report(megabytes(bytes));
            }
        }
        out.flush().await.map_err(|error| unwritable(&error))?;
        Ok(bytes)
    }

    pub(super) async fn load_images(
        &self,
        archive: Box<dyn AsyncRead + Send + Unpin>,
        report: Report<'_>,
    ) -> Result<Vec<String>, EngineError> {
        let (sender, mut read) = tokio::sync::mpsc::unbounded_channel();
        let counted = pieces(archive).inspect_ok(move |piece| {
            let _ = sender.send(piece.len() as u64);
        });
        let options = ImportImageOptionsBuilder::default().quiet(true).build();
        let mut messages = self.patient().import_image(options, bollard::body_try_stream(counted), None);
        let (mut names, mut bytes, mut pace) = (vec![], 0, Pace::default());
        loop {
            tokio::select! {
                biased;
                Some(more) = read.recv() => {
                    bytes += more;
                    if pace.due() {
                        report(megabytes(bytes));
                    }
                }
                message = messages.next() => match message.transpose().map_err(general)? {
                    None => {
                        // Told in any order.
                        names.sort();
                        return Ok(names);
                    }
                    Some(message) => names.extend(message.stream.as_deref().unwrap_or_default().lines().filter_map(loaded)),
                },
            }
        }
    }
}

/// `Loaded image: a:1`, of an image without a name `Loaded image ID: sha256:...`
fn loaded(line: &str) -> Option<String> {
    let name = line.strip_prefix("Loaded image: ").or_else(|| line.strip_prefix("Loaded image ID: "))?;
    Some(bare(name.trim()).to_owned())
}

fn pieces(archive: Box<dyn AsyncRead + Send + Unpin>) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::try_unfold(archive, |mut archive| async move {
        let mut piece = vec![0; PIECE];
        let read = archive.read(&mut piece).await?;
        piece.truncate(read);
        Ok((read > 0).then(|| (piece.into(), archive)))
    })
}

fn unwritable(error: &io::Error) -> EngineError {
    match error.kind() {
        io::ErrorKind::StorageFull => EngineError::DiskFull(error.to_string()),
        _ => EngineError::Other(error.to_string()),
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_the_engine_tells() {
        assert_eq!(loaded("Loaded image: local-endpoint/env:ab").as_deref(), Some("local-endpoint/env:ab"));
        assert_eq!(loaded("Loaded image: localhost/local-endpoint/env:ab").as_deref(), Some("local-endpoint/env:ab"));
        assert_eq!(loaded("Loaded image ID: sha256:0").as_deref(), Some("sha256:0"));
        assert_eq!(loaded("something else"), None);
    }

    #[test]
    fn megabytes_have_a_tenth() {
        assert_eq!([99_999, 1_250_000, 412_300_000].map(megabytes), ["0.0 MB", "1.2 MB", "412.3 MB"]);
    }
}
