//! What an image brings. Looked up once per image id: a warm start costs no extra container.

use super::DockerEngine;
use super::failure::general;
use super::user;
use crate::lock::FileLock;
use crate::{EngineError, Ids, ImageFacts, InstanceHandle, archive};
use bollard::errors::Error;
use bollard::models::{ContainerCreateBody, ImageConfig, ImageInspect};
use bollard::query_parameters::{
    ContainerArchiveInfoOptionsBuilder, DownloadFromContainerOptionsBuilder, ListContainersOptionsBuilder,
};
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

const RUNIT: &str = "/var/runit";
const PASSWD: &str = "/etc/passwd";
const GROUP: &str = "/etc/group";
const CONDAS: &[&str] = &["/opt/miniconda/bin/conda", "/opt/conda/bin/conda", "/opt/miniconda3/bin/conda"];

/// What only the image's files tell.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Files {
    has_runit: bool,
    conda: Option<String>,
    ids: Option<Ids>,
}

pub async fn of(engine: &DockerEngine, image: &ImageInspect) -> Result<ImageFacts, EngineError> {
    let id = image.id.as_deref().unwrap_or_default();
    let config = image.config.clone().unwrap_or_default();
    let files = files(engine, id, config.user.as_deref().unwrap_or_default()).await?;
    let arch = image.architecture.clone().unwrap_or_default();
    let reads_as = files.ids.filter(|_| engine.same_users());
    Ok(ImageFacts { has_runit: files.has_runit, conda: files.conda, reads_as, ..from_config(config, arch) })
}

fn from_config(config: ImageConfig, arch: String) -> ImageFacts {
    let number = |port: &String| port.split('/').next().and_then(|number| number.parse().ok());
    let mut exposed_ports: Vec<u16> = config.exposed_ports.iter().flatten().filter_map(number).collect();
    exposed_ports.sort_unstable();
    let pair = |entry: &String| entry.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let env = config.env.iter().flatten().filter_map(pair).collect();
    let user = config.user.clone().unwrap_or_default();
    ImageFacts { exposed_ports, user, env, arch, ..ImageFacts::default() }
}

async fn files(engine: &DockerEngine, id: &str, user: &str) -> Result<Files, EngineError> {
    let path = facts_file(&engine.cache, id);
    if let Some(known) = read(&path) {
        return Ok(known);
    }
    let _lock = FileLock::of(&path.with_extension("lock"), &|_| ()).await?;
    if let Some(known) = read(&path) {
        return Ok(known);
    }
    let found = look(engine, id, user).await?;
    write(&path, &found).map_err(|error| unwritable(&path, &error))?;
    Ok(found)
}

pub(super) fn facts_file(cache: &Path, id: &str) -> PathBuf {
    cache.join("images").join(format!("{}.json", id.replace(':', "-")))
}

fn unwritable(path: &Path, error: &std::io::Error) -> EngineError {
    match error.kind() {
        ErrorKind::StorageFull => EngineError::DiskFull(path.display().to_string()),
        _ => EngineError::Other(format!("{}: {error}", path.display())),
    }
}

fn read(path: &Path) -> Option<Files> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// Visible only when complete.
fn write(path: &Path, files: &Files) -> std::io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    std::fs::write(&unfinished, serde_json::to_vec(files)?)?;
    std::fs::rename(unfinished, path)
}

/// Marks the containers that are only made to be looked into; one so old was left by a killed process.
pub(super) const LOOKED_INTO: &str = "local-endpoint.looked-into";
/// How the names of those begin in which something is installed, after the image's: a label would end in that image. They go
/// by themselves once they have begun.
const INSTALLS: &str = "local-endpoint-env-";
const LEFT_BEHIND: Duration = Duration::from_secs(600);

/// By a container that is made, looked into and removed, but never run.
async fn look(engine: &DockerEngine, id: &str, user: &str) -> Result<Files, EngineError> {
    discard_left_behind(engine).await?;
    let body = ContainerCreateBody {
        image: Some(id.to_owned()),
        cmd: Some(vec!["-".to_owned()]),
        labels: Some(HashMap::from([(LOOKED_INTO.to_owned(), String::new())])),
        ..ContainerCreateBody::default()
    };
    let container = engine.docker.create_container(None, body).await.map_err(general)?.id;
    let found = look_into(engine, &container, user).await;
    engine.remove_container(&InstanceHandle(container)).await?;
    found
}

/// Also installations that were never begun: what they are to install with is in them, secrets too.
pub(super) async fn discard_left_behind(engine: &DockerEngine) -> Result<(), EngineError> {
    let only = |key: &str, value: &str| (key.to_owned(), vec![value.to_owned()]);
    let never_begun = [only("name", INSTALLS), only("status", "created")];
    for filters in [HashMap::from([only("label", LOOKED_INTO)]), HashMap::from(never_begun)] {
        let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
        for container in engine.docker.list_containers(Some(options)).await.map_err(general)? {
            let age = container.created.and_then(|at| u64::try_from(at).ok()).map(age);
            if let (Some(id), true) = (container.id, age.is_some_and(|age| age > LEFT_BEHIND)) {
                engine.remove_container(&InstanceHandle(id)).await?;
            }
        }
    }
    Ok(())
}

fn age(created: u64) -> Duration {
    (UNIX_EPOCH + Duration::from_secs(created)).elapsed().unwrap_or_default()
}

async fn look_into(engine: &DockerEngine, container: &str, user: &str) -> Result<Files, EngineError> {
    let has_runit = exists(engine, container, RUNIT).await?;
    let ids = match user {
        "" => None,
        user => user::ids(user, &text(engine, container, PASSWD).await?, &text(engine, container, GROUP).await?),
    };
    for path in CONDAS {
        if exists(engine, container, path).await? {
            return Ok(Files { has_runit, conda: Some((*path).to_owned()), ids });
        }
    }
    Ok(Files { has_runit, conda: None, ids })
}

/// Empty where the image has no such file.
async fn text(engine: &DockerEngine, container: &str, path: &str) -> Result<String, EngineError> {
    if !exists(engine, container, path).await? {
        return Ok(String::new());
    }
    let options = DownloadFromContainerOptionsBuilder::default().path(path).build();
    let pieces = engine.docker.download_from_container(container, Some(options));
    let packed: Vec<u8> = pieces.map_ok(|piece| piece.to_vec()).try_concat().await.map_err(general)?;
    archive::first_text(&packed).map_err(|error| EngineError::Other(format!("{path} of the image: {error}")))
}

pub(super) async fn exists(engine: &DockerEngine, container: &str, path: &str) -> Result<bool, EngineError> {
    let options = ContainerArchiveInfoOptionsBuilder::default().path(path).build();
    match engine.docker.get_container_archive_info(container, Some(options)).await {
        Ok(_) => Ok(true),
        Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(false),
        Err(error) => Err(general(error)),
    }
}
