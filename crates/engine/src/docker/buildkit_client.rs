//! A docker command that can build with BuildKit: by its buildx plugin, or, before version 23, by itself.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// From this version on the command itself has only the classic builder.
const WITHOUT_BUILDKIT: u32 = 23;

#[derive(Debug)]
pub struct Client {
    pub program: PathBuf,
    pub arguments: &'static [&'static str],
}

/// The first on this PATH that can; else what is missing.
pub async fn find(path: &OsStr) -> Result<Client, String> {
    let name = format!("docker{}", std::env::consts::EXE_SUFFIX);
    let mut lacking = vec![];
    for program in std::env::split_paths(path).map(|folder| folder.join(&name)).filter(|path| path.is_file()) {
        match able(&program).await {
            Ok(client) => return Ok(client),
            Err(why) => lacking.push(why),
        }
    }
    Err(if lacking.is_empty() { "there is no docker command on PATH".to_owned() } else { lacking.join("; ") })
}

async fn able(program: &Path) -> Result<Client, String> {
    let (program, shown) = (program.to_owned(), program.display());
    if said(&program, &["buildx", "version"]).await.is_some() {
        return Ok(Client { program, arguments: &["buildx", "build", "--builder", "default", "--load"] });
    }
    let version = said(&program, &["--version"]).await.ok_or_else(|| format!("{shown} does not run"))?;
    match major(&version) {
        Some(major) if major < WITHOUT_BUILDKIT => Ok(Client { program, arguments: &["build"] }),
        Some(_) => Err(format!("{shown} has no buildx plugin")),
        None => Err(format!("{shown} is no Docker ({})", version.trim())),
    }
}

/// `Docker version 20.10.24+dfsg1, build 297e128`
fn major(version: &str) -> Option<u32> {
    version.strip_prefix("Docker version ")?.split('.').next()?.parse().ok()
}

/// `None`: it failed.
async fn said(program: impl AsRef<OsStr>, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).kill_on_drop(true).output().await.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// Commands that tell their version, and have a plugin or not: that real ones build is tested with an engine.
    fn commands(scripts: &[&str]) -> (tempfile::TempDir, std::ffi::OsString) {
        let folder = tempfile::tempdir().unwrap();
        let folders: Vec<_> = (0..scripts.len()).map(|at| folder.path().join(at.to_string())).collect();
        for (place, script) in folders.iter().zip(scripts) {
            std::fs::create_dir(place).unwrap();
            std::fs::write(place.join("docker"), format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(place.join("docker"), std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        (folder, std::env::join_paths(folders).unwrap())
    }

    const NEW: &str = "[ $1 = --version ] && echo Docker version 28.2.2, build e6534b4";
    const OLD: &str = "[ $1 = --version ] && echo Docker version 20.10.24+dfsg1, build 297e128";
    const WITH_PLUGIN: &str = "echo github.com/docker/buildx v0.12.1";
    const PODMAN: &str = "[ $1 = --version ] && echo podman version 4.3.1";

    #[tokio::test]
    async fn the_first_that_can_is_taken() {
        let (folder, path) = commands(&[PODMAN, NEW, OLD, WITH_PLUGIN]);
        let client = find(&path).await.unwrap();
        assert_eq!((client.program, client.arguments), (folder.path().join("2/docker"), ["build"].as_slice()));
        let (_folder, path) = commands(&[NEW, WITH_PLUGIN]);
        assert!(find(&path).await.unwrap().arguments.contains(&"buildx"));
        let (folder, path) = commands(&[PODMAN, NEW]);
        let at = folder.path().display();
        let expected = format!("{at}/0/docker is no Docker (podman version 4.3.1); {at}/1/docker has no buildx plugin");
        assert_eq!(find(&path).await.unwrap_err(), expected);
        assert_eq!(find(OsStr::new("")).await.unwrap_err(), "there is no docker command on PATH");
    }
}
