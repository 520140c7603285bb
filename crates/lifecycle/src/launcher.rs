//! Our own Python beside the server, put where an instance can run it.

use crate::plan::{Launcher, collector_settings};
use crate::whole::write;
use model::Deployment;
use sha2::{Digest, Sha256};
use std::io::Error;
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
