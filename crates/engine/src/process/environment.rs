//! Virtual environments: made once for equal recipes, in place, since they cannot be moved.

use super::install::run;
use super::watchdog::Watchdog;
use super::{certificates, python};
use crate::lock::FileLock;
use crate::{Base, EngineError, ImageFacts, Report};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tokio::process::Command;

/// Written last: an environment without it is not one.
pub const COMPLETE: &str = ".complete";

/// The parts of a Python recipe.
#[derive(Debug)]
pub struct Wanted<'a> {
    pub key: &'a str,
    pub requirements: &'a [String],
    pub python: Option<&'a str>,
    pub ca_certificates: &'a [PathBuf],
}

#[derive(Debug)]
pub struct Environments {
    pub folder: PathBuf,
    pub watchdog: Arc<Mutex<Watchdog>>,
}

impl Environments {
    pub async fn prepare(&self, wanted: &Wanted<'_>, report: Report<'_>) -> Result<Base, EngineError> {
        let folder = self.folder.join(wanted.key);
        if is_complete(&folder) {
            return Ok(base(wanted.key, &folder, false));
        }
        let _lock = FileLock::of(&folder.with_extension("lock"), report).await?;
        if is_complete(&folder) {
            return Ok(base(wanted.key, &folder, false));
        }
        discard(&folder)?;
        if let Err(error) = self.make(&folder, wanted, report).await {
            discard(&folder)?;
            return Err(error);
        }
        Ok(base(wanted.key, &folder, true))
    }

    async fn make(&self, folder: &Path, wanted: &Wanted<'_>, report: Report<'_>) -> Result<(), EngineError> {
        let uv = python::on_path("uv");
        let python = python::choose(wanted.python, uv.as_deref(), report).await?;
        let installs = !wanted.requirements.is_empty();
        report(format!("making a virtual environment with Python {}", python.version));
        let (step, create) = create(uv.as_deref(), &python.program, folder, installs);
        run(step, create, &self.watchdog, report).await?;
        if installs {
            let list = folder.join("requirements.txt");
            write(&list, &(wanted.requirements.join("\n") + "\n"))?;
            let (step, mut install) = install(uv.as_deref(), folder, &list);
            let bundle = certificates::bundle(folder, wanted.ca_certificates)?;
            install.envs(bundle.iter().flat_map(|path| certificates::VARIABLES.map(|name| (name, path))));
            run(step, install, &self.watchdog, report).await?;
        }
        write(&folder.join(COMPLETE), &python.version)
    }
}

/// Complete, and the Python that it stands on is still there.
pub fn is_complete(folder: &Path) -> bool {
    folder.join(COMPLETE).exists() && folder.join("bin/python").exists()
}

fn base(key: &str, folder: &Path, made: bool) -> Base {
    Base { name: folder.display().to_string(), id: key.to_owned(), made, facts: ImageFacts::default() }
}

fn create(uv: Option<&Path>, python: &Path, folder: &Path, with_pip: bool) -> (&'static str, Command) {
    if let Some(uv) = uv {
        let mut command = plain(uv);
        command.arg("venv").arg("--no-project").arg("--python").arg(python).arg(folder);
        return ("uv venv", command);
    }
    let mut command = plain(python);
    command.args(["-m", "venv"]).args((!with_pip).then_some("--without-pip")).arg(folder);
    ("python3 -m venv", command)
}

fn install(uv: Option<&Path>, folder: &Path, list: &Path) -> (&'static str, Command) {
    let python = folder.join("bin/python");
    if let Some(uv) = uv {
        let mut command = plain(uv);
        command.args(["pip", "install", "--compile-bytecode", "--python"]).arg(python).arg("-r").arg(list);
        return ("uv pip install", command);
    }
    let mut command = plain(&python);
    command.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off", "-r"]);
    command.arg(list);
    ("pip install", command)
}

/// With our variables (index, proxy), but none that names another environment.
fn plain(program: &Path) -> Command {
    let mut command = Command::new(program);
    for name in ["PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX"] {
        command.env_remove(name);
    }
    command
}

pub fn discard(folder: &Path) -> Result<(), EngineError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(folder, &error)),
        _ => Ok(()),
    }
}

fn write(path: &Path, text: &str) -> Result<(), EngineError> {
    std::fs::write(path, text).map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &io::Error) -> EngineError {
    EngineError::Other(format!("{}: {error}", path.display()))
}
