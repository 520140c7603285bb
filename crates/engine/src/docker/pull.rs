//! Pulling an image.

mod progress;

use super::DockerEngine;
use super::failure;
use super::image::{for_platform, is_for};
use super::login::logged_in;
use super::reference::{registry, with_tag};
use crate::{EngineError, Pull, Report};
use bollard::models::ImageInspect;
use bollard::query_parameters::CreateImageOptionsBuilder;
use futures_util::TryStreamExt;
use progress::Progress;
use std::time::Instant;

impl DockerEngine {
    pub(super) async fn pull(
        &self,
        image: &str,
        platform: Option<&str>,
        report: Report<'_>,
    ) -> Result<ImageInspect, EngineError> {
        let registry = registry(image);
        let login = self.logins.find(registry, report).await;
        let with = login.as_ref().map(|_| format!(" with the docker login for {registry}")).unwrap_or_default();
        report(format!("pulling {image}{with}"));
        let since = Instant::now();
        let options = CreateImageOptionsBuilder::default().from_image(&with_tag(image));
        let options = options.platform(platform.unwrap_or_default()).build();
        let docker = logged_in(self.patient(), login.as_ref());
        let mut messages = docker.create_image(Some(options), None, None);
        let mut progress = Progress::default();
        let failed = |error| failure::pull(image, login.is_some(), error);
        while let Some(message) = messages.try_next().await.map_err(failed)? {
            if let Some(line) = progress.take(message) {
                report(format!("pulling {image}: {line}"));
            }
        }
        report(format!("{image}: {}", progress.done(since.elapsed())));
        let reason = "the engine pulled it but does not have it".to_owned();
        let missing = EngineError::ImageNotFound { image: image.into(), reason };
        let pulled = self.inspect_image(image).await?.filter(|it| is_for(it, platform)).ok_or(missing)?;
        self.remember_pull(image, &pulled);
        Ok(pulled)
    }

    /// What a build stands on, before a builder would pull it: with the same logins, bytes and words of failure.
    pub(super) async fn pull_all(
        &self,
        images: &[String],
        pull: Pull,
        platform: Option<&str>,
        report: Report<'_>,
    ) -> Result<(), EngineError> {
        for image in images {
            let here = self.inspect_image(image).await?.is_some_and(|found| is_for(&found, platform));
            match pull {
                Pull::Missing | Pull::Never if here => {}
                Pull::Never => return Err(EngineError::ImageAbsent { image: for_platform(image, platform) }),
                Pull::Missing | Pull::Always => drop(self.pull(image, platform, report).await?),
            }
        }
        Ok(())
    }
}
