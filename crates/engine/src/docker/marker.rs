//! A marker file tells whether a bind mount shows our files: asked once per engine and machine, by a container that is
//! made, looked into and removed, but never run.

use super::DockerEngine;
use super::facts::{LOOKED_INTO, exists};
use super::failure::general;
use super::standing::own_name;
use crate::{EngineError, InstanceHandle};
use bollard::models::{ContainerCreateBody, HostConfig, Mount, MountType};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

const AT: &str = "/local-endpoint-marker";

/// Where the verdict on this engine is kept. Our own name is in it, too: a cache may be shared between containers.
pub fn verdict_file(cache: &Path, engine: &str) -> PathBuf {
    let digest = Sha256::digest(format!("{engine} {}", own_name()));
    let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    cache.join("engines").join(name)
}

/// The verdict of an earlier run.
pub fn known(path: &Path) -> Option<bool> {
    match std::fs::read_to_string(path).ok()?.as_str() {
        "shares files" => Some(true),
        "shares no files" => Some(false),
        _ => None,
    }
}

impl DockerEngine {
    /// `image`: any that the engine has.
    pub(super) async fn shares_files(&self, image: &str) -> Result<bool, EngineError> {
        if let Some(shares) = self.about.shares_files {
            return Ok(shares);
        }
        self.shares.get_or_try_init(|| self.ask_by_marker(image)).await.copied()
    }

    async fn ask_by_marker(&self, image: &str) -> Result<bool, EngineError> {
        let folder = self.cache.join("engines").join(format!("marker-{}", own_time()));
        write(&folder.join("mark"), "").map_err(|error| unwritable(&folder, &error))?;
        let seen = self.is_seen(&folder, image).await;
        std::fs::remove_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
        let seen = seen?;
        let words = if seen { "shares files" } else { "shares no files" };
        write(&self.verdict, words).map_err(|error| unwritable(&self.verdict, &error))?;
        Ok(seen)
    }

    async fn is_seen(&self, folder: &Path, image: &str) -> Result<bool, EngineError> {
        let source = Some(folder.display().to_string());
        let (target, typ, read_only) = (Some(AT.to_owned()), Some(MountType::BIND), Some(true));
        let mount = Mount { source, target, typ, read_only, ..Mount::default() };
        let body = ContainerCreateBody {
            image: Some(image.to_owned()),
            cmd: Some(vec!["-".to_owned()]),
            labels: Some(HashMap::from([(LOOKED_INTO.to_owned(), String::new())])),
            host_config: Some(HostConfig { mounts: Some(vec![mount]), ..HostConfig::default() }),
            ..ContainerCreateBody::default()
        };
        let container = match self.docker.create_container(None, body).await.map_err(general) {
            Ok(created) => created.id,
            Err(EngineError::Other(words)) if says_unseen(&words, folder) => return Ok(false),
            Err(error) => return Err(error),
        };
        let seen = exists(self, &container, &format!("{AT}/mark")).await;
        self.remove_container(&InstanceHandle(container)).await?;
        match seen {
            Err(EngineError::Other(words)) if says_unseen(&words, folder) => Ok(false),
            seen => seen,
        }
    }
}

/// `invalid mount config for type "bind": bind source path does not exist: /x`; Podman: `statfs /x: no such file ..`.
pub fn says_unseen(words: &str, path: &Path) -> bool {
    let absent = words.contains("does not exist") || words.contains("no such file or directory");
    absent && words.contains(&path.display().to_string())
}

/// No two markers have the same name.
fn own_time() -> String {
    format!("{}-{}", std::process::id(), jiff::Timestamp::now().as_nanosecond())
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
    std::fs::write(path, text)
}

fn unwritable(path: &Path, error: &std::io::Error) -> EngineError {
    match error.kind() {
        std::io::ErrorKind::StorageFull => EngineError::DiskFull(path.display().to_string()),
        _ => EngineError::Other(format!("{}: {error}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_engines_that_do_not_see_a_path() {
        let rows = [
            (r#"invalid mount config for type "bind": bind source path does not exist: /a/b"#, true),
            ("statfs /a/b: no such file or directory", true),
            ("statfs /a/c: no such file or directory", false),
            (r#"exec: "/a/b": permission denied"#, false),
        ];
        for (words, expected) in rows {
            assert_eq!(says_unseen(words, Path::new("/a/b")), expected, "{words}");
        }
    }

    #[test]
    fn a_verdict_is_kept() {
        let cache = tempfile::tempdir().unwrap();
        let path = verdict_file(cache.path(), "engine");
        assert_eq!(known(&path), None);
        for (words, expected) in [("shares files", Some(true)), ("shares no files", Some(false)), ("", None)] {
            write(&path, words).unwrap();
            assert_eq!(known(&path), expected);
        }
        assert_ne!(path, verdict_file(cache.path(), "another"));
    }
}
