//! A container that has the binary, a copy of a project and the socket of its own engine: a dev container, or a job of
//! container CI.

use crate::{Home, Output, Project, leftovers};
use std::path::{Path, PathBuf};
use std::process::Command;

const IMAGE: &str = "local-endpoint/python:3.11";

#[derive(Debug)]
pub struct DevContainer {
    home: Home,
    name: String,
    /// Of the project, inside.
    folder: PathBuf,
}

impl DevContainer {
    pub fn with(project: &Project) -> Self {
        let home = project.home.clone();
        let name = format!("dev-{}", home.root().file_name().unwrap().display());
        let folder = Path::new("/root").join(&name);
        let container = Self { home, name, folder };
        let socket = format!("{}:/var/run/docker.sock", crate::relay::engine().display());
        let program = format!("{}:/usr/local/bin/local-endpoint:ro", container.home.program().display());
        let sleeps = "import time; time.sleep(600)";
        let create =
            ["create", "--name", &container.name, "-v", &socket, "-v", &program, IMAGE, "python3", "-c", sleeps];
        container.docker(&create).succeeds();
        let inside = format!("{}:{}", container.name, container.folder.display());
        container.docker(&["cp", &project.path.display().to_string(), &inside]).succeeds();
        container.docker(&["start", &container.name]).succeeds();
        container
    }

    /// A line of shell in the project's folder.
    pub fn runs(&self, line: &str) -> Output {
        self.ends(line, 0)
    }

    /// One that ends with this code.
    pub fn ends(&self, line: &str, code: i32) -> Output {
        let line = format!("cd {} && {line}", self.folder.display());
        self.docker(&["exec", &self.name, "sh", "-c", &line]).exits(code)
    }

    /// No instance of the project inside is left on the engine.
    pub fn left_nothing(&self) {
        assert_eq!(leftovers::containers(&self.folder), Vec::<String>::new());
    }

    fn docker(&self, words: &[&str]) -> Output {
        let mut command = Command::new("docker");
        command.args(words);
        Output::of(&self.home, command)
    }
}

impl Drop for DevContainer {
    fn drop(&mut self) {
        for container in leftovers::containers(&self.folder).into_iter().chain([self.name.clone()]) {
            let _ = Command::new("docker").args(["rm", "-f", "-v", &container]).output();
        }
    }
}
