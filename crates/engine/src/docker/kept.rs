//! The images that were made or pulled here.

use super::DockerEngine;
use super::failure::general;
use super::reference::with_tag;
use super::source;
use crate::{EngineError, KeptEnvironment};
use bollard::errors::Error;
use bollard::models::ImageSummary;
use bollard::query_parameters::{ListContainersOptionsBuilder, ListImagesOptionsBuilder, RemoveImageOptionsBuilder};
use std::collections::HashSet;

/// Of environments and of build contexts.
const OURS: &[&str] = &["local-endpoint/env:", "local-endpoint/build:"];

impl DockerEngine {
    pub(super) async fn kept_images(&self) -> Result<Vec<KeptEnvironment>, EngineError> {
        let containers = ListContainersOptionsBuilder::default().all(true).build();
        let containers = self.docker.list_containers(Some(containers)).await.map_err(general)?;
        let used: HashSet<String> = containers.into_iter().filter_map(|it| it.image_id).collect();
        let images = ListImagesOptionsBuilder::default().build();
        let images = self.docker.list_images(Some(images)).await.map_err(general)?;
        let mut kept: Vec<_> = images.into_iter().flat_map(|image| self.kept_as(image, &used)).collect();
        kept.sort_by(|one, other| one.name.cmp(&other.name));
        self.mark_bases(&mut kept, &used).await?;
        Ok(kept)
    }

    /// What was pulled is in use, too, where a container stands on an image that was made of it.
    async fn mark_bases(&self, kept: &mut [KeptEnvironment], used: &HashSet<String>) -> Result<(), EngineError> {
        let mut stacks = vec![];
        for id in used {
            stacks.push(self.layers(id).await?);
        }
        for image in kept.iter_mut().filter(|image| image.pulled && !image.in_use) {
            let own = self.layers(&image.name).await?;
            image.in_use = !own.is_empty() && stacks.iter().any(|stack| stack.starts_with(&own));
        }
        Ok(())
    }

    async fn layers(&self, image: &str) -> Result<Vec<String>, EngineError> {
        let found = self.inspect_image(image).await?;
        Ok(found.and_then(|image| image.root_fs?.layers).unwrap_or_default())
    }

    /// By the names that are ours, or by which we have pulled it.
    fn kept_as(&self, image: ImageSummary, used: &HashSet<String>) -> Vec<KeptEnvironment> {
        let pulled = source::pulled(&self.cache, &image.id);
        let names = image.repo_tags.iter().map(|tag| bare(tag)).filter_map(|name| {
            let pulled = pulled.as_ref().filter(|(known, _)| bare(&with_tag(known)) == name);
            let when = pulled.map_or(image.created, |(_, when)| *when);
            (pulled.is_some() || is_ours(name)).then(|| (name.to_owned(), pulled.is_some(), when))
        });
        let (bytes, in_use) = (u64::try_from(image.size).unwrap_or_default(), used.contains(&image.id));
        names.map(|(name, pulled, when)| KeptEnvironment { name, bytes, pulled, made: Some(when), in_use }).collect()
    }

    /// Never one that somebody else brought, nor one that a container stands on.
    pub(super) async fn discard_image(&self, name: &str) -> Result<(), EngineError> {
        let Some(found) = self.inspect_image(name).await? else { return Ok(()) };
        let id = found.id.unwrap_or_default();
        let pulled = source::pulled(&self.cache, &id).is_some_and(|(known, _)| bare(&with_tag(&known)) == bare(name));
        if !is_ours(name) && !pulled {
            return Err(EngineError::Other(format!("{name} was neither made nor pulled by local-endpoint")));
        }
        let options = RemoveImageOptionsBuilder::default().build();
        match self.docker.remove_image(name, Some(options), None).await {
            Ok(_) | Err(Error::DockerResponseServerError { status_code: 404, .. }) => {
                source::forget(&self.cache, &id);
                Ok(())
            }
            Err(error) => Err(general(error)),
        }
    }
}

/// Podman writes the place of an image before its name: where it was loaded, or where it would be pulled from.
pub(super) fn bare(tag: &str) -> &str {
    ["localhost/", "docker.io/"].iter().find_map(|place| tag.strip_prefix(place)).unwrap_or(tag)
}

fn is_ours(tag: &str) -> bool {
    let bare = bare(tag);
    OURS.iter().any(|ours| bare.starts_with(ours))
}
