//! Further certificates for installers: added to the system's, since the tools take one file.

use std::io;
use std::path::PathBuf;

/// What pip, uv, conda, requests and curl read.
pub const VARIABLES: [&str; 4] = ["PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];

/// Where systems keep theirs; the first that is there counts.
pub const OF_THE_SYSTEM: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The certificates of this machine, and these.
pub fn with_the_system_s(further: &[u8]) -> io::Result<Vec<u8>> {
    let chosen = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    let system = chosen.into_iter().chain(OF_THE_SYSTEM.map(PathBuf::from)).find(|path| path.is_file());
    let mut all = system.map_or(Ok(vec![]), std::fs::read)?;
    all.push(b'\n');
    all.extend(further);
    Ok(all)
}
