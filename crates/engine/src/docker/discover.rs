//! Finding the engine, and remembering every try for `doctor`.

use super::failure::chain;
use super::login::Logins;
use super::places::{Environment, Place, places};
use super::{DockerEngine, about, ssh, standing};
use crate::About;
use bollard::Docker;
use std::path::Path;
use std::time::Duration;

/// A socket that answers does so at once; ssh has to log in first.
const PATIENCE: Duration = Duration::from_secs(2);
const PATIENCE_OF_SSH: Duration = Duration::from_secs(15);

/// One place that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// What a person calls it.
    pub name: String,
    pub address: String,
    /// What answered, or why nothing did.
    pub outcome: Result<About, String>,
    /// What to do about it; empty where it answers.
    pub mend: String,
}

/// All tries in order; the engine is that of the last one, if it answered.
#[derive(Debug, Clone)]
pub struct Discovery {
    pub tries: Vec<Try>,
    pub engine: Option<DockerEngine>,
}

/// Asks DOCKER_HOST, else the docker context, else every usual socket, and takes the first that answers.
/// A place that somebody chose and that does not answer ends the search: nothing else is used instead.
/// `cache` is a folder for what is known of images.
pub async fn discover(environment: &Environment, cache: &Path) -> Discovery {
    let mut tries = Vec::new();
    for place in places(environment) {
        let found = ask(&place, cache).await;
        tries.push(place_tried(&place, &found));
        if let Ok((engine, _)) = found {
            return Discovery { tries, engine: Some(engine.with_logins(Logins::of(environment))) };
        }
    }
    Discovery { tries, engine: None }
}

fn place_tried(place: &Place, found: &Result<(DockerEngine, About), String>) -> Try {
    let outcome = found.as_ref().map(|(_, about)| about.clone()).map_err(Clone::clone);
    let mend = match &outcome {
        Ok(_) => String::new(),
        Err(why) if why.to_lowercase().contains("permission denied") => not_permitted(place),
        Err(why) if why.contains("remote-docker") => without_feature(&place.name),
        Err(_) => not_answering(place),
    };
    let address = place.address.clone().unwrap_or_default();
    Try { name: place.name.clone(), address, outcome, mend }
}

/// The group docker opens Docker's own socket alone.
fn not_permitted(place: &Place) -> String {
    match place.address.as_deref() {
        Ok("unix:///var/run/docker.sock" | "unix:///run/docker.sock") => {
            "sudo usermod -aG docker $USER, then log in again".into()
        }
        Ok("unix:///run/podman/podman.sock") => "systemctl --user start podman.socket".into(),
        _ => not_answering(place),
    }
}

fn not_answering(place: &Place) -> String {
    match place.address.as_deref() {
        Ok(address) if address.starts_with("ssh:") => {
            format!("see that `ssh {address} docker version` answers without a question; or {}", place.mend)
        }
        _ => place.mend.clone(),
    }
}

fn without_feature(place: &str) -> String {
    let local = match place.strip_prefix("context ") {
        Some(context) if context.ends_with("(DOCKER_CONTEXT)") => "unset DOCKER_CONTEXT for the engine of this machine",
        Some(_) => "`docker context use default` for the engine of this machine",
        None => "unset DOCKER_HOST for the engine of this machine",
    };
    format!("{local}; or cargo install with --features remote-docker")
}

async fn ask(place: &Place, cache: &Path) -> Result<(DockerEngine, About), String> {
    let address = place.address.as_ref().map_err(Clone::clone)?;
    let docker = connect(address, place.tls.as_deref())?;
    let patience = if address.starts_with("ssh:") { PATIENCE_OF_SSH } else { PATIENCE };
    match tokio::time::timeout(patience, docker.ping()).await {
        Err(_) => return Err(format!("no answer within {} s", patience.as_secs())),
        Ok(Err(error)) => return Err(chain(&error)),
        Ok(Ok(_)) => {}
    }
    let told = about::ask(&docker).await.map_err(|error| error.to_string())?;
    let standing = standing::look(&docker, address, &told).await;
    let engine = DockerEngine::new(docker, &standing, address, &told, cache.to_owned());
    let about = engine.about.clone();
    Ok((engine, about))
}

/// Seconds until an answer must begin; builds and waits have their own.
const TIMEOUT: u64 = 120;

fn connect(address: &str, tls: Option<&Path>) -> Result<Docker, String> {
    let (scheme, _) = address.split_once("://").unwrap_or(("", address));
    let version = bollard::API_DEFAULT_VERSION;
    let docker = match scheme {
        #[cfg(unix)]
        "unix" => Docker::connect_with_unix(address, TIMEOUT, version),
        #[cfg(windows)]
        "npipe" => Docker::connect_with_named_pipe(address, TIMEOUT, version),
        "tcp" | "http" | "https" => match tls {
            Some(folder) => return secure(address, folder),
            None if scheme == "https" => return Err("https needs DOCKER_TLS_VERIFY and DOCKER_CERT_PATH".into()),
            None => Docker::connect_with_http(address, TIMEOUT, version),
        },
        "ssh" => ssh::connect(address, TIMEOUT, version),
        _ => return Err(format!("{address} is no address of an engine (unix://, tcp://, ssh://, npipe://)")),
    };
    docker.map_err(|error| chain(&error))
}

#[cfg(feature = "remote-docker")]
fn secure(address: &str, folder: &Path) -> Result<Docker, String> {
    let [key, certificate, authority] = ["key.pem", "cert.pem", "ca.pem"].map(|name| folder.join(name));
    Docker::connect_with_ssl(address, &key, &certificate, &authority, TIMEOUT, bollard::API_DEFAULT_VERSION)
        .map_err(|error| chain(&error))
}

#[cfg(not(feature = "remote-docker"))]
fn secure(address: &str, _: &Path) -> Result<Docker, String> {
    Err(format!("{address} needs TLS: this binary was built without the feature remote-docker"))
}

#[cfg(test)]
#[path = "discover_tests.rs"]
mod tests;
