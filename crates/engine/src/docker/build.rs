//! Builds: the classic builder, fed with a tar archive.

use super::DockerEngine;
use super::failure::{general, pull_said};
use crate::lines::{LineSplitter, without_escapes};
use crate::lock::FileLock;
use crate::pace::Pace;
use crate::{Base, EngineError, Pull, Recipe, Report, archive};
use bollard::errors::Error;
use bollard::models::{BuildInfo, ImageInspect};
use bollard::query_parameters::BuildImageOptionsBuilder;
use futures_util::TryStreamExt;
use std::path::Path;

impl DockerEngine {
    /// The tag is the hash of all inputs: when it is there, nothing is asked of anybody, so it works offline.
    pub(super) async fn prepare_derived(
        &self,
        base: &Recipe,
        tag: &str,
        dockerfile: &str,
        files: &[(String, Vec<u8>)],
        report: Report<'_>,
    ) -> Result<Base, EngineError> {
        if let (Some(found), false) = (self.inspect_image(tag).await?, always_pulls(base)) {
            return self.base(tag, &found, false).await;
        }
        Box::pin(crate::Engine::prepare(self, base, report)).await?;
        let _lock = self.lock(tag, report).await?;
        if let Some(found) = self.inspect_image(tag).await? {
            return self.base(tag, &found, false).await;
        }
        let own = [("Dockerfile", dockerfile.as_bytes())];
        let others = files.iter().map(|(name, content)| (name.as_str(), content.as_slice()));
        let context = archive::of_files(own.into_iter().chain(others)).map_err(|error| unreadable(&error))?;
        let built = self.build(tag, "Dockerfile", context, report).await?;
        self.base(tag, &built, true).await
    }

    /// Always asked of the engine, whose own cache knows what has changed.
    pub(super) async fn prepare_context(
        &self,
        folder: &Path,
        dockerfile: &str,
        tag: &str,
        report: Report<'_>,
    ) -> Result<Base, EngineError> {
        if !folder.is_dir() {
            return Err(EngineError::MountMissing(folder.to_owned()));
        }
        let _lock = self.lock(tag, report).await?;
        let before = self.inspect_image(tag).await?.and_then(|found| found.id);
        let context = archive::of_path(folder, "").map_err(|error| unreadable(&error))?;
        let built = self.build(tag, dockerfile, context, report).await?;
        self.base(tag, &built, before != built.id).await
    }

    async fn lock(&self, tag: &str, report: Report<'_>) -> Result<FileLock, EngineError> {
        let name = tag.replace(['/', ':', '\\'], "_");
        FileLock::of(&self.cache.join("locks").join(name), report).await
    }

    async fn build(
        &self,
        tag: &str,
        dockerfile: &str,
        context: Vec<u8>,
        report: Report<'_>,
    ) -> Result<ImageInspect, EngineError> {
        let options = BuildImageOptionsBuilder::default().dockerfile(dockerfile).t(tag).rm(true).forcerm(true).build();
        let docker = self.patient();
        let mut messages = docker.build_image(options, None, Some(bollard::body_full(context.into())));
        let mut transcript = Transcript::default();
        loop {
            match messages.try_next().await {
                Ok(Some(message)) => transcript.take(message, report),
                Ok(None) => break,
                Err(error) => return Err(transcript.failed(error)),
            }
        }
        let missing = EngineError::Other(format!("the build of {tag} ended without an image"));
        self.inspect_image(tag).await?.ok_or(missing)
    }
}

fn always_pulls(recipe: &Recipe) -> bool {
    match recipe {
        Recipe::Image { pull, .. } => *pull == Pull::Always,
        Recipe::Derived { base, .. } => always_pulls(base),
        Recipe::Context { .. } | Recipe::Python { .. } => false,
    }
}

fn unreadable(error: &std::io::Error) -> EngineError {
    EngineError::Other(format!("the build context cannot be packed: {error}"))
}

/// Everything the builder said, and the step it is at.
#[derive(Debug, Default)]
struct Transcript {
    splitter: LineSplitter,
    step: String,
    log: Vec<String>,
    pace: Pace,
}

impl Transcript {
    fn take(&mut self, message: BuildInfo, report: Report<'_>) {
        for line in self.splitter.push(message.stream.unwrap_or_default().as_bytes()) {
            self.line(without_escapes(&line), report);
        }
    }

    fn line(&mut self, line: String, report: Report<'_>) {
        let step = step_of(&line).map(|(count, step)| (format!("Step {count} : {step}"), step.to_owned()));
        let is_step = step.is_some();
        let (line, step) = step.unwrap_or_else(|| (line, std::mem::take(&mut self.step)));
        self.step = step;
        if is_step || (!line.trim().is_empty() && self.pace.due()) {
            report(line.clone());
        }
        self.log.push(line);
    }

    fn failed(mut self, error: Error) -> EngineError {
        let reason = match error {
            Error::DockerStreamError { error } => error,
            Error::DockerResponseServerError { message, .. } => message,
            error => return general(error),
        };
        self.log.extend(self.splitter.finish());
        let reason = reason.trim_end().to_owned();
        self.log.push(reason.clone());
        match self.step.strip_prefix("FROM ") {
            Some(image) => from_failed(image, &reason, self.log),
            None if self.step.is_empty() => {
                EngineError::BuildFailed { step: "Dockerfile".into(), reason, log: self.log }
            }
            None => EngineError::BuildFailed { step: self.step, reason, log: self.log },
        }
    }
}

/// `Step 2/4 : RUN x`; Podman writes `STEP 2/4: RUN x`.
fn step_of(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("Step ").or_else(|| line.strip_prefix("STEP "))?;
    let (count, step) = rest.split_once(':')?;
    let count = count.trim_end();
    count.contains('/').then_some((count, step.trim()))
}

/// The base of a build that cannot be pulled is no fault of the build.
fn from_failed(image: &str, reason: &str, log: Vec<String>) -> EngineError {
    match pull_said(image, None, reason) {
        EngineError::Other(reason) => EngineError::BuildFailed { step: format!("FROM {image}"), reason, log },
        told => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_known_in_both_spellings() {
        let rows = [
            ("Step 2/4 : RUN echo a : b", Some(("2/4", "RUN echo a : b"))),
            ("STEP 2/4: RUN echo a : b", Some(("2/4", "RUN echo a : b"))),
            ("Steps are said: never", None),
            ("STEP", None),
            ("COMMIT docker.io/library/x:1", None),
        ];
        for (line, expected) in rows {
            assert_eq!(step_of(line), expected, "{line}");
        }
    }
}
