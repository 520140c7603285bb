//! Virtual environments: made once for equal recipes, in place, since they cannot be moved.

use super::install::{Failed, run};
use super::python;
use super::watchdog::Watchdog;
use crate::lock::FileLock;
use crate::transcript::{Transcript, log_of};
use crate::{Base, BuildTerms, EngineError, Ids, ImageFacts, Report, certificates};
use std::ffi::OsString;
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
    pub terms: &'a BuildTerms,
}

#[derive(Debug)]
pub struct Environments {
    pub cache: PathBuf,
    /// Below it.
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

    pub fn find(&self, key: &str) -> Option<Base> {
        let folder = self.folder.join(key);
        is_complete(&folder).then(|| base(key, &folder, false))
    }

    async fn make(&self, folder: &Path, wanted: &Wanted<'_>, report: Report<'_>) -> Result<(), EngineError> {
        let python = python::choose(wanted.python, python::on_path("uv").as_deref(), report).await?;
        report(format!("making a virtual environment with Python {}", python.version));
        let log = log_of(&self.cache, &format!("environment-{}", wanted.key));
        let mut transcript = Transcript::begin("the environment", &log, wanted.terms, report);
        match self.install(folder, wanted, &python.program, &mut transcript).await {
            Ok(()) => transcript.ended(),
            Err(failed) => return Err(failed.told(transcript)),
        }
        write(&folder.join(COMPLETE), &python.version)
    }

    async fn install(
        &self,
        folder: &Path,
        wanted: &Wanted<'_>,
        python: &Path,
        transcript: &mut Transcript<'_>,
    ) -> Result<(), Failed> {
        let uv =
            python::on_path("uv").filter(|_| !is_told_to_pip(wanted.terms, std::env::vars_os().map(|(name, _)| name)));
        let installs = !wanted.requirements.is_empty();
        let of = if installs { ["1/2", "2/2"] } else { ["1/1", ""] };
        let (name, create) = create(uv.as_deref(), python, folder, installs);
        run((of[0], name), create, &self.watchdog, transcript).await?;
        if installs {
            let list = folder.join("requirements.txt");
            write(&list, &(wanted.requirements.join("\n") + "\n")).map_err(Failed::Engine)?;
            let (name, mut install) = install(uv.as_deref(), folder, &list);
            install.envs(&wanted.terms.variables);
            let trusted = trusted(folder, &wanted.terms.certificates).map_err(Failed::Engine)?;
            install.envs(trusted.iter().flat_map(|path| certificates::VARIABLES.map(|name| (name, path))));
            run((of[1], name), install, &self.watchdog, transcript).await?;
        }
        Ok(())
    }
}

/// How pip behaves, whatever it installs from.
const MANNERS_OF_PIP: [&str; 8] = [
    "PIP_CACHE_DIR",
    "PIP_CONFIG_FILE",
    "PIP_DISABLE_PIP_VERSION_CHECK",
    "PIP_NO_CACHE_DIR",
    "PIP_NO_INPUT",
    "PIP_PROGRESS_BAR",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_ROOT_USER_ACTION",
];

/// Whether a file or a variable of pip says what is installed, or from where. uv reads neither ("Compatibility with pip"), and
/// without a private index it would take what has the same name from the public one.
fn is_told_to_pip(terms: &BuildTerms, own: impl Iterator<Item = OsString>) -> bool {
    let given = terms.variables.keys().map(OsString::from).chain(own);
    let mut names = given.filter_map(|name| name.into_string().ok());
    let by_file = terms.files.keys().any(|path| path.ends_with("pip.conf"));
    by_file || names.any(|name| name.starts_with("PIP_") && !MANNERS_OF_PIP.contains(&name.as_str()))
}

/// `None` where nothing is to be added.
fn trusted(folder: &Path, further: &[u8]) -> Result<Option<PathBuf>, EngineError> {
    if further.is_empty() {
        return Ok(None);
    }
    let path = folder.join("certificates.pem");
    let all = certificates::with_the_system_s(further);
    all.and_then(|all| std::fs::write(&path, all)).map_err(|error| failed(&path, &error))?;
    Ok(Some(path))
}

/// Complete, and the Python that it stands on is still there, and not another one by now.
pub fn is_complete(folder: &Path) -> bool {
    let Ok(version) = std::fs::read_to_string(folder.join(COMPLETE)) else { return false };
    let Ok(program) = folder.join("bin/python").canonicalize() else { return false };
    python::minor_of(&program).is_none_or(|now| now == python::minor(&version))
}

fn base(key: &str, folder: &Path, made: bool) -> Base {
    let facts = ImageFacts { reads_as: ours(), ..ImageFacts::default() };
    Base { name: folder.display().to_string(), id: key.to_owned(), made, facts }
}

/// A process is ours. `None`: root.
fn ours() -> Option<Ids> {
    let user = rustix::process::geteuid().as_raw();
    let groups = rustix::process::getgroups().unwrap_or_default();
    let groups = groups.into_iter().chain([rustix::process::getegid()]).map(rustix::process::Gid::as_raw).collect();
    (user != 0).then_some(Ids { user, groups })
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn uv_does_not_take_the_place_of_a_pip_that_is_told_something() {
        let map = |name: &str| BTreeMap::from([(name.to_owned(), "told".to_owned())]);
        let variable = |name: &str| BuildTerms { variables: map(name), ..BuildTerms::default() };
        let file =
            BuildTerms { files: BTreeMap::from([("user/pip/pip.conf".into(), vec![])]), ..BuildTerms::default() };
        let own = |name: &str| is_told_to_pip(&BuildTerms::default(), [OsString::from(name)].into_iter());
        assert!(is_told_to_pip(&variable("PIP_INDEX_URL"), [].into_iter()) && is_told_to_pip(&file, [].into_iter()));
        assert!(own("PIP_CONSTRAINT") && own("PIP_FIND_LINKS"));
        // `PIP_CONFIG_FILE=/dev/null` is passed on as it is: there is no file then.
        assert!(!is_told_to_pip(&variable("PIP_CONFIG_FILE"), [].into_iter()) && !own("PIP_NO_CACHE_DIR"));
        assert!(!is_told_to_pip(&variable("HTTPS_PROXY"), [].into_iter()) && !own("UV_INDEX"));
    }

    #[cfg(unix)]
    #[test]
    fn an_environment_goes_with_its_python() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let points_to = |name: &str| {
            let _ = std::fs::remove_file(at("python3"));
            std::os::unix::fs::symlink(at(name), at("python3")).unwrap();
        };
        std::fs::create_dir_all(at("env/bin")).unwrap();
        std::os::unix::fs::symlink(at("python3"), at("env/bin/python")).unwrap();
        for name in ["python3.11", "python3.12", "python-of-a-vendor"] {
            std::fs::write(at(name), "").unwrap();
        }
        points_to("python3.11");
        assert!(!is_complete(&at("env")));
        std::fs::write(at("env").join(COMPLETE), "3.11.7").unwrap();
        for (name, expected) in
            [("python3.11", true), ("python3.12", false), ("python-of-a-vendor", true), ("gone", false)]
        {
            points_to(name);
            assert_eq!(is_complete(&at("env")), expected, "{name}");
        }
    }
}
