//! The classic builder, fed with a build context.

use super::DockerEngine;
use super::failure::{general, pull_said};
use crate::lock::FileLock;
use crate::transcript::{Cut, Transcript, log_of};
use crate::{BuildTerms, EngineError, Report};
use bollard::errors::Error;
use bollard::models::BuildInfo;
use bollard::query_parameters::BuildImageOptionsBuilder;
use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};
use std::collections::HashMap;
use std::io;

impl DockerEngine {
    pub(super) async fn lock(&self, tag: &str, report: Report<'_>) -> Result<FileLock, EngineError> {
        let name = tag.replace(['/', ':', '\\'], "_");
        FileLock::of(&self.cache.join("locks").join(name), report).await
    }

    /// Ended at the deadline by hanging up, which ends the engine's work as well.
    pub(super) async fn build(
        &self,
        (tag, dockerfile): (&str, &str),
        context: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
        terms: &BuildTerms,
        report: Report<'_>,
    ) -> Result<(), EngineError> {
        let arguments: HashMap<&str, &str> =
            terms.proxies().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let options = BuildImageOptionsBuilder::default().dockerfile(dockerfile).t(tag).rm(true).forcerm(true);
        let platform = terms.platform.as_deref().unwrap_or_default();
        let options = options.buildargs(&arguments).platform(platform).build();
        let docker = self.patient();
        let messages = docker.build_image(options, None, Some(bollard::body_try_stream(context)));
        let said = messages.map_ok(|message: BuildInfo| message.stream.unwrap_or_default().into_bytes());
        let mut transcript = Transcript::begin("Dockerfile", &log_of(&self.cache, tag), terms, report);
        match transcript.follow(said).await {
            Ok(()) => transcript.ended(),
            Err(Cut::Deadline) => return Err(transcript.timed_out()),
            Err(Cut::Failed(error)) => return Err(failed(transcript, error)),
        }
        Ok(())
    }
}

fn failed(transcript: Transcript<'_>, error: Error) -> EngineError {
    let reason = match error {
        Error::DockerStreamError { error } => error,
        Error::DockerResponseServerError { message, .. } => message,
        error => return general(error),
    };
    failed_with(transcript, &reason)
}

/// The base of a build that cannot be pulled is no fault of the build.
pub(super) fn failed_with(transcript: Transcript<'_>, reason: &str) -> EngineError {
    let image = transcript.step().strip_prefix("FROM ").map(str::to_owned);
    let told = image.map(|image| pull_said(&image, None, reason.trim_end()));
    match told {
        None | Some(EngineError::Other(_)) => transcript.failed(reason),
        Some(told) => told,
    }
}
