//! A person's machine as a test sees it: state, cache and projects of its own.

use crate::once::{folder, once_per_run, profile_folder};
use crate::{Engine, Project, leftovers};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// Clones are the same home. The last one that goes takes everything down and looks for what is left.
#[derive(Debug, Clone)]
pub struct Home(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    engine: Engine,
    root: TempDir,
    program: PathBuf,
    projects: Mutex<Vec<PathBuf>>,
}

impl Home {
    pub fn on(engine: Engine) -> Self {
        let root = tempfile::Builder::new().prefix("le-").tempdir().unwrap();
        std::fs::create_dir(root.path().join("tmp")).unwrap();
        Self(Arc::new(Inner { engine, root, program: program(), projects: Mutex::default() }))
    }

    pub fn engine(&self) -> Engine {
        self.0.engine
    }

    /// A copy of a folder of `fixtures/deployments`.
    pub fn project(&self, name: &str) -> Project {
        self.copy_of("fixtures/deployments", name, name)
    }

    /// Another copy, under another name.
    pub fn project_as(&self, name: &str, folder: &str) -> Project {
        self.copy_of("fixtures/deployments", name, folder)
    }

    /// A copy of a folder of `examples`.
    pub fn example(&self, name: &str) -> Project {
        self.copy_of("examples", name, name)
    }

    /// A folder with nothing in it.
    pub fn empty_folder(&self) -> Project {
        let path = self.root().join("empty");
        std::fs::create_dir(&path).unwrap();
        self.keep(path)
    }

    fn copy_of(&self, parent: &str, name: &str, folder: &str) -> Project {
        let path = self.root().join(folder);
        crate::project::copy(&crate::project::repository().join(parent).join(name), &path);
        self.keep(path)
    }

    fn keep(&self, path: PathBuf) -> Project {
        self.0.projects.lock().unwrap().push(path.clone());
        Project::new(self.clone(), path)
    }

    /// Everything of this home is below it.
    pub fn root(&self) -> &Path {
        self.0.root.path()
    }

    /// `LOCAL_ENDPOINT_HOME`
    pub fn state(&self) -> PathBuf {
        self.root().join("home")
    }

    /// The binary under test.
    pub fn program(&self) -> &Path {
        &self.0.program
    }

    /// Shared by all tests: an environment is made once per machine.
    pub fn cache() -> PathBuf {
        folder().join("cache")
    }

    /// The binary under test with the variables of this home and none of the person's own.
    pub fn command(&self, folder: &Path) -> Command {
        self.0.command("local-endpoint", folder)
    }

    /// `sh -c`, as a person would paste it.
    pub fn shell(&self, folder: &Path, line: &str) -> Command {
        let mut command = self.0.command("sh", folder);
        command.arg("-c").arg(line);
        command
    }
}

impl Inner {
    fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            let a_pipelines = ["GITHUB_ACTIONS", "TF_BUILD"].contains(&&*text);
            if text.starts_with("LOCAL_ENDPOINT_") || text.starts_with("CLICOLOR") || a_pipelines {
                command.env_remove(&name);
            }
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = self.program.parent().map(Path::to_owned).into_iter().chain(std::env::split_paths(&path));
        command.current_dir(folder).env("PATH", std::env::join_paths(folders).unwrap());
        command.env("LOCAL_ENDPOINT_HOME", self.root.path().join("home"));
        command.env("LOCAL_ENDPOINT_ENGINE", self.engine.name());
        command.env("XDG_CACHE_HOME", Home::cache()).env("TMPDIR", self.root.path().join("tmp")).env("NO_COLOR", "1");
        command
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let projects = std::mem::take(self.projects.get_mut().unwrap());
        let down: Vec<_> = projects
            .iter()
            .map(|project| self.command("local-endpoint", project).args(["down", "--purge"]).output().unwrap())
            .collect();
        let left = leftovers::remove(self.root.path(), &projects);
        if std::thread::panicking() {
            return;
        }
        for output in down {
            assert!(output.status.success(), "down --purge failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        assert!(left.is_empty(), "left behind after `down --purge`:\n{}", left.join("\n"));
    }
}

/// LOCAL_ENDPOINT_BIN, else built once per run, beside these tests.
fn program() -> PathBuf {
    if let Some(program) = std::env::var_os("LOCAL_ENDPOINT_BIN") {
        return program.into();
    }
    once_per_run("binary", || {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "-p", "local-endpoint"]).current_dir(crate::project::repository());
        build.args(profile_folder().ends_with("release").then_some("--release"));
        assert!(build.status().unwrap().success(), "local-endpoint does not compile");
    });
    profile_folder().join("local-endpoint")
}
