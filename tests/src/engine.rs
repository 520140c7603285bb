//! The two engines, and which of them this machine can test.

use crate::Home;
use crate::once::once_per_run;
use std::process::{Command, Stdio};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Docker,
    Process,
}

impl Engine {
    /// As `--engine` and the documents write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Process => "process",
        }
    }
}

/// Runs a test on an engine, in a home of its own. Without a container engine the Docker half says so and passes,
/// unless LOCAL_ENDPOINT_TEST_DOCKER is `required`.
pub fn on(engine: Engine, test: impl FnOnce(Home)) {
    if engine == Engine::Docker
        && let Err(why) = docker()
    {
        eprintln!("left out: docker ({why})");
        return;
    }
    if engine == Engine::Process {
        once_per_run("python-environment", make_environment);
    }
    test(Home::on(engine));
}

/// The first `up` of a machine makes the virtual environment and says so; no test is to be that one.
fn make_environment() {
    let _ = Home::on(Engine::Process).project("scripted").serves([]);
}

/// It is fetched once per machine; no test is to be the one that waits for it.
pub fn debugpy_is_here() {
    once_per_run("debugpy", || drop(Home::on(Engine::Process).project("debugged").serves(["--debug"])));
}

/// An engine that answers and has the images of `docker/build`.
fn docker() -> Result<(), String> {
    let wish = std::env::var("LOCAL_ENDPOINT_TEST_DOCKER").unwrap_or_else(|_| "auto".into());
    match (wish.as_str(), answers()) {
        ("off", _) => Err("LOCAL_ENDPOINT_TEST_DOCKER=off".into()),
        ("auto", false) => Err("no engine answers `docker info`".into()),
        ("required", false) => panic!("LOCAL_ENDPOINT_TEST_DOCKER=required, and no engine answers `docker info`"),
        ("auto" | "required", true) => {
            once_per_run("docker-images", build_images);
            Ok(())
        }
        (other, _) => panic!("LOCAL_ENDPOINT_TEST_DOCKER={other}: write auto, required or off"),
    }
}

fn answers() -> bool {
    let asked = Command::new("docker").arg("info").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

fn build_images() {
    let built = Command::new(crate::project::repository().join("docker/build")).output().unwrap();
    assert!(built.status.success(), "docker/build failed\n{}", String::from_utf8_lossy(&built.stderr));
}

/// What this machine cannot do is said, and no failure.
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

/// One test for each engine, `NAME::docker` and `NAME::process`; the body gets a [`Home`].
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* fn $name:ident($home:ident) $body:block)+) => {
        $($(#[$meta])* mod $name {
            #[allow(unused_imports)]
            use super::*;

            fn test($home: $crate::Home) $body

            #[test]
            fn docker() {
                $crate::on($crate::Engine::Docker, test);
            }

            #[test]
            fn process() {
                $crate::on($crate::Engine::Process, test);
            }
        })+
    };
}

/// A test of one engine alone: `on_docker! { fn name(home) { .. } }`.
#[macro_export]
macro_rules! on_docker {
    ($($(#[$meta:meta])* fn $name:ident($home:ident) $body:block)+) => {
        $($(#[$meta])* #[test]
        fn $name() {
            fn test($home: $crate::Home) $body
            $crate::on($crate::Engine::Docker, test);
        })+
    };
}

#[macro_export]
macro_rules! on_processes {
    ($($(#[$meta:meta])* fn $name:ident($home:ident) $body:block)+) => {
        $($(#[$meta])* #[test]
        fn $name() {
            fn test($home: $crate::Home) $body
            $crate::on($crate::Engine::Process, test);
        })+
    };
}
