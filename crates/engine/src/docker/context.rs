//! Docker contexts as the docker CLI stores them.

use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Config {
    #[serde(default, rename = "currentContext")]
    current_context: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Meta {
    endpoints: Endpoints,
}

#[derive(Deserialize)]
struct Endpoints {
    docker: Endpoint,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Endpoint {
    #[serde(default)]
    host: String,
}

/// The context that `docker context use` chose; a configuration that cannot be read chooses none.
pub fn current(folder: &Path) -> Option<String> {
    let text = std::fs::read(folder.join("config.json")).ok()?;
    let config: Config = serde_json::from_slice(&text).ok()?;
    (!config.current_context.is_empty()).then_some(config.current_context)
}

/// The address of a context, or why there is none.
pub fn host(folder: &Path, name: &str) -> Result<String, String> {
    let path = folder.join("contexts/meta").join(key(name)).join("meta.json");
    let text =
        std::fs::read(&path).map_err(|error| format!("context {name} is not there: {}: {error}", path.display()))?;
    let meta: Meta = serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let host = meta.endpoints.docker.host;
    if host.is_empty() { Err(format!("context {name} names no host")) } else { Ok(host) }
}

/// The folder with ca.pem, cert.pem and key.pem, where the context has them.
pub fn certificates(folder: &Path, name: &str) -> Option<PathBuf> {
    let folder = folder.join("contexts/tls").join(key(name)).join("docker");
    folder.join("ca.pem").exists().then_some(folder)
}

fn key(name: &str) -> String {
    Sha256::digest(name.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
