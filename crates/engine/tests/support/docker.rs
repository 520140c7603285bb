//! A real engine for tests. Left out, with a printed line, where none answers; LOCAL_ENDPOINT_TEST_DOCKER=required makes
//! that a failure.
#![allow(dead_code)]

use super::bench::{Bench, LABEL};
use engine::{BuildTerms, DockerEngine, Engine, Environment, Pull, Recipe, discover};
use std::path::Path;
use std::process::Command;
use tokio::sync::OnceCell;

pub const IMAGE: &str = "local-endpoint/python:3.11";

/// The engine of this machine.
pub async fn docker(cache: &Path) -> Option<DockerEngine> {
    at(&Environment::of_process(), cache).await
}

/// The engine this environment names.
pub async fn at(environment: &Environment, cache: &Path) -> Option<DockerEngine> {
    let wish = std::env::var("LOCAL_ENDPOINT_TEST_DOCKER").unwrap_or_default();
    if wish == "off" {
        eprintln!("left out: LOCAL_ENDPOINT_TEST_DOCKER=off");
        return None;
    }
    let found = discover(environment, cache).await;
    let required = wish == "required";
    assert!(!required || found.engine.is_some(), "no docker engine answers: {:#?}", found.tries);
    if found.engine.is_none() {
        eprintln!("left out: no docker engine answers");
    }
    found.engine
}

/// The image every test stands on, made once where it is missing.
pub async fn image(engine: &DockerEngine) -> engine::Base {
    static MADE: OnceCell<()> = OnceCell::const_new();
    let recipe = Recipe::Image { image: IMAGE.into(), pull: Pull::Never };
    MADE.get_or_init(|| async {
        if engine.prepare(&recipe, &BuildTerms::default(), &|_| ()).await.is_err() {
            let build = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docker/build");
            assert!(tokio::process::Command::new(build).arg("python").status().await.unwrap().success());
        }
    })
    .await;
    engine.prepare(&recipe, &BuildTerms::default(), &|_| ()).await.unwrap()
}

/// A bench on the engine of this machine, whose cache keeps nothing.
pub async fn bench() -> Option<Bench> {
    let cache = tempfile::tempdir().unwrap().keep();
    let engine = docker(&cache).await?;
    let base = image(&engine).await;
    std::fs::remove_dir_all(cache).unwrap();
    Some(Bench::new(Box::new(engine), base, "0.0.0.0", remove_containers))
}

pub fn remove_containers(own: &str) {
    let script = r#"docker ps -aq --filter "label=$0" | xargs -r docker rm -fv; docker image ls -q --filter "label=$0" | xargs -r docker image rm -f; docker image ls -q --filter "reference=engine-test:*$1*" | xargs -r docker image rm -f"#;
    let _ = Command::new("sh").args(["-c", script, &format!("{LABEL}={own}"), &own.to_lowercase()]).output();
}
