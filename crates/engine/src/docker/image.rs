//! Images: there, or pulled.

use super::failure::{self, general};
use super::{DockerEngine, facts};
use crate::pace::Pace;
use crate::{Base, EngineError, Pull, Report};
use bollard::errors::Error;
use bollard::models::{CreateImageInfo, ImageInspect};
use bollard::query_parameters::CreateImageOptionsBuilder;
use futures_util::TryStreamExt;
use std::collections::BTreeMap;

impl DockerEngine {
    pub(super) async fn prepare_image(&self, image: &str, pull: Pull, report: Report<'_>) -> Result<Base, EngineError> {
        let before = self.inspect_image(image).await?;
        let reason = "it is not on this machine, and pulling is off".to_owned();
        let after = match (pull, before.clone()) {
            (Pull::Never | Pull::Missing, Some(found)) => found,
            (Pull::Never, None) => return Err(EngineError::ImageNotFound { image: image.into(), reason }),
            (Pull::Missing, None) | (Pull::Always, _) => self.pull(image, report).await?,
        };
        let made = before.and_then(|found| found.id) != after.id;
        self.base(image, &after, made).await
    }

    pub(super) async fn base(&self, name: &str, image: &ImageInspect, made: bool) -> Result<Base, EngineError> {
        let id = image.id.clone().unwrap_or_default();
        let facts = facts::of(self, image).await?;
        Ok(Base { name: name.to_owned(), id, made, facts })
    }

    /// `None`: the engine does not have it.
    pub(super) async fn inspect_image(&self, image: &str) -> Result<Option<ImageInspect>, EngineError> {
        match self.docker.inspect_image(image).await {
            Ok(found) => Ok(Some(found)),
            Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(None),
            Err(error) => Err(general(error)),
        }
    }

    async fn pull(&self, image: &str, report: Report<'_>) -> Result<ImageInspect, EngineError> {
        report(format!("pulling {image}"));
        let options = CreateImageOptionsBuilder::default().from_image(&with_tag(image)).build();
        let docker = self.patient();
        let mut messages = docker.create_image(Some(options), None, None);
        let mut progress = Progress::default();
        while let Some(message) = messages.try_next().await.map_err(|error| failure::pull(image, error))? {
            if let Some(line) = progress.take(message) {
                report(format!("pulling {image}: {line}"));
            }
        }
        let reason = "the engine pulled it but does not have it".to_owned();
        let missing = EngineError::ImageNotFound { image: image.into(), reason };
        self.inspect_image(image).await?.ok_or(missing)
    }
}

/// A reference without a tag would pull every tag.
fn with_tag(image: &str) -> String {
    let name = image.rsplit('/').next().unwrap_or(image);
    if name.contains([':', '@']) { image.to_owned() } else { format!("{image}:latest") }
}

/// The bytes of all layers together.
#[derive(Debug, Default)]
struct Progress {
    layers: BTreeMap<String, (i64, i64)>,
    pace: Pace,
}

impl Progress {
    /// `3 layers, 12.5 of 80.1 MB`, at most once a second.
    fn take(&mut self, message: CreateImageInfo) -> Option<String> {
        let (layer, detail) = (message.id?, message.progress_detail?);
        if message.status.as_deref() == Some("Downloading") {
            self.layers.insert(layer, (detail.current?, detail.total?));
        }
        let total: i64 = self.layers.values().map(|(_, total)| total).sum();
        (total > 0 && self.pace.due()).then(|| self.line(total))
    }

    fn line(&self, total: i64) -> String {
        let current: i64 = self.layers.values().map(|(current, _)| current).sum();
        format!("{} layers, {} of {} MB", self.layers.len(), megabytes(current), megabytes(total))
    }
}

fn megabytes(bytes: i64) -> String {
    let tenths = bytes / 100_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bollard::models::ProgressDetail;

    #[test]
    fn only_one_tag_is_pulled() {
        assert_eq!(with_tag("r.io:5000/a"), "r.io:5000/a:latest");
        assert_eq!(with_tag("a:1"), "a:1");
        assert_eq!(with_tag("a@sha256:0"), "a@sha256:0");
    }

    #[test]
    fn progress_counts_bytes() {
        let detail = ProgressDetail { current: Some(1_250_000), total: Some(80_100_000) };
        let message = CreateImageInfo {
            id: Some("a".into()),
            status: Some("Downloading".into()),
            progress_detail: Some(detail),
            ..CreateImageInfo::default()
        };
        let mut progress = Progress::default();
        assert_eq!(progress.take(message.clone()).as_deref(), Some("1 layers, 1.2 of 80.1 MB"));
        assert_eq!(progress.take(message), None);
    }
}
