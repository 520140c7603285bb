//! The images that were built here.

use super::DockerEngine;
use super::failure::general;
use crate::{EngineError, KeptEnvironment};
use bollard::errors::Error;
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
        let mut kept: Vec<_> = images
            .into_iter()
            .flat_map(|image| {
                let (bytes, in_use) = (u64::try_from(image.size).unwrap_or_default(), used.contains(&image.id));
                let ours = image.repo_tags.into_iter().map(|tag| bare(&tag).to_owned()).filter(|tag| is_ours(tag));
                ours.map(move |name| KeptEnvironment { name, bytes, made: Some(image.created), in_use })
            })
            .collect();
        kept.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(kept)
    }

    /// Never one that somebody else named, nor one that a container stands on.
    pub(super) async fn discard_image(&self, name: &str) -> Result<(), EngineError> {
        if !is_ours(name) {
            return Err(EngineError::Other(format!("{name} was not made by local-endpoint")));
        }
        let options = RemoveImageOptionsBuilder::default().build();
        match self.docker.remove_image(name, Some(options), None).await {
            Ok(_) | Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(()),
            Err(error) => Err(general(error)),
        }
    }
}

/// Podman writes the place of an image before its name: where it was loaded, or where it would be pulled from.
fn bare(tag: &str) -> &str {
    ["localhost/", "docker.io/"].iter().find_map(|place| tag.strip_prefix(place)).unwrap_or(tag)
}

fn is_ours(tag: &str) -> bool {
    let bare = bare(tag);
    OURS.iter().any(|ours| bare.starts_with(ours))
}
