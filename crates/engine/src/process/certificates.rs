//! Further certificates for an installation: added to the system's, since the tools take one file.

use crate::EngineError;
use std::path::{Path, PathBuf};

/// What pip, uv, requests and curl read.
pub const VARIABLES: [&str; 4] = ["PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];

const OF_THE_SYSTEM: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// One file with all of them; `None` where nothing is to be added.
pub fn bundle(folder: &Path, further: &[PathBuf]) -> Result<Option<PathBuf>, EngineError> {
    if further.is_empty() {
        return Ok(None);
    }
    let chosen = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    let system = chosen.into_iter().chain(OF_THE_SYSTEM.map(PathBuf::from)).find(|path| path.is_file());
    let mut text = Vec::new();
    for path in system.iter().chain(further) {
        text.extend(std::fs::read(path).map_err(|error| failed(path, &error))?);
        text.push(b'\n');
    }
    let path = folder.join("certificates.pem");
    std::fs::write(&path, text).map_err(|error| failed(&path, &error))?;
    Ok(Some(path))
}

fn failed(path: &Path, error: &std::io::Error) -> EngineError {
    EngineError::Other(format!("{}: {error}", path.display()))
}
