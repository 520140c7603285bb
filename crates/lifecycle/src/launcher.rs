//! Our own Python beside the server, put where an instance can run it.

use crate::plan::{Launcher, collector_settings};
use model::Deployment;
use sha2::{Digest, Sha256};
use std::io::{Error, Write};
use std::path::{Path, PathBuf};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Starts the server on the loopback.
const SCRIPT: &str = include_str!("serve.py");

/// Starts it anew beside itself: a folder that Python runs.
const HOST: &[(&str, &str)] = &[
    ("__main__.py", include_str!("host/__main__.py")),
    ("local_endpoint_host/__init__.py", include_str!("host/local_endpoint_host/__init__.py")),
    ("local_endpoint_host/arguments.py", include_str!("host/local_endpoint_host/arguments.py")),
    ("local_endpoint_host/control.py", include_str!("host/local_endpoint_host/control.py")),
    ("local_endpoint_host/debugging.py", include_str!("host/local_endpoint_host/debugging.py")),
    ("local_endpoint_host/gate.py", include_str!("host/local_endpoint_host/gate.py")),
    ("local_endpoint_host/generation.py", include_str!("host/local_endpoint_host/generation.py")),
    ("local_endpoint_host/host.py", include_str!("host/local_endpoint_host/host.py")),
    ("local_endpoint_host/server.py", include_str!("host/local_endpoint_host/server.py")),
];

/// Their paths below the cache; written when they are not there.
pub fn place(cache: &Path, hosted: bool) -> Result<Launcher, Error> {
    let folder = cache.join("launcher");
    let script = folder.join(format!("serve-{VERSION}.py"));
    write(&script, SCRIPT)?;
    let host = hosted.then(|| place_host(&folder)).transpose()?;
    Ok(Launcher { script, host, debugpy: None, collector: None })
}

fn place_host(folder: &Path) -> Result<PathBuf, Error> {
    let host = folder.join(format!("host-{VERSION}"));
    HOST.iter().try_for_each(|(name, text)| write(&host.join(name), text))?;
    Ok(host)
}

/// Settings of azureml-ai-monitoring, by their content; `None`: the script collects nothing.
pub fn place_collector(cache: &Path, deployment: &Deployment) -> Result<Option<[PathBuf; 2]>, Error> {
    let settings = |reached| collector_settings(deployment, reached);
    let Some((reaching, alone)) = settings(true).zip(settings(false)) else { return Ok(None) };
    let place = |text: &str| {
        let hash: String = Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let path = cache.join("launcher").join(format!("mdc-config-{hash}.json"));
        write(&path, text).map(|()| path)
    };
    Ok(Some([place(&reaching)?, place(&alone)?]))
}

/// Never half visible.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    if std::fs::read_to_string(path).is_ok_and(|found| found == text) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    readable(file.as_file())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// An image may have a user of its own.
#[cfg(unix)]
fn readable(file: &std::fs::File) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &std::fs::File) -> Result<(), Error> {
    Ok(())
}
