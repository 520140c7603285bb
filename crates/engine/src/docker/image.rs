//! Images: there, or pulled.

use super::failure::general;
use super::{DockerEngine, facts};
use crate::{Base, BuildTerms, EngineError, ImageFacts, Pull, Recipe, Report};
use bollard::errors::Error;
use bollard::models::ImageInspect;

impl DockerEngine {
    pub(super) async fn prepare_image(
        &self,
        image: &str,
        pull: Pull,
        terms: &BuildTerms,
        report: Report<'_>,
    ) -> Result<Base, EngineError> {
        let platform = terms.platform.as_deref();
        let before = self.inspect_image(image).await?;
        let here = before.clone().filter(|found| is_for(found, platform));
        let after = match (pull, here) {
            (Pull::Never | Pull::Missing, Some(found)) => found,
            (Pull::Never, None) => return Err(EngineError::ImageAbsent { image: for_platform(image, platform) }),
            (Pull::Missing, None) | (Pull::Always, _) => self.pull(image, platform, report).await?,
        };
        let made = before.and_then(|found| found.id) != after.id;
        self.base(image, &after, made).await
    }

    pub(super) async fn base(&self, name: &str, image: &ImageInspect, made: bool) -> Result<Base, EngineError> {
        let id = image.id.clone().unwrap_or_default();
        let facts = facts::of(self, image).await?;
        let facts = ImageFacts { source: self.source(name, image), ..facts };
        Ok(Base { name: name.to_owned(), id, made, facts })
    }

    /// What `prepare` would give, without a pull and without a build.
    pub(super) async fn find_image(&self, recipe: &Recipe) -> Result<Option<Base>, EngineError> {
        let (name, found) = match recipe {
            Recipe::Image { image: name, .. } | Recipe::Derived { tag: name, .. } => {
                (name.clone(), self.inspect_image(name).await?)
            }
            Recipe::Context { folder, dockerfile, .. } => self.find_context(folder, dockerfile).await?,
            Recipe::Python { .. } => return Ok(None),
        };
        match found {
            Some(found) => Ok(Some(self.base(&name, &found, false).await?)),
            None => Ok(None),
        }
    }

    /// `None`: the engine does not have it.
    pub(super) async fn inspect_image(&self, image: &str) -> Result<Option<ImageInspect>, EngineError> {
        match self.docker.inspect_image(image).await {
            Ok(found) => Ok(Some(found)),
            Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(None),
            Err(error) => Err(general(error)),
        }
    }
}

/// `linux/arm/v7` is `linux/arm`, too.
pub(super) fn is_for(found: &ImageInspect, platform: Option<&str>) -> bool {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let own = format!("{}/{}", text(&found.os), text(&found.architecture));
    platform.is_none_or(|wanted| wanted == own || wanted.starts_with(&format!("{own}/")))
}

pub(super) fn for_platform(image: &str, platform: Option<&str>) -> String {
    platform.map_or_else(|| image.to_owned(), |platform| format!("{image} for {platform}"))
}
