//! `images save` and `images load`: environments from one machine to the next, as a CI cache needs them.

use crate::args::Save;
use crate::console::Console;
use crate::exit::Code;
use crate::printed::Printed;
use crate::signals::Signals;
use control::Home;
use diagnosis::{Diagnosis, engine as rows};
use engine::{Engine, Pull, Recipe};
use lifecycle::Engines;
use model::{RunOptions, SCHEMA_VERSION};
use serde::Serialize;
use spec::LoadRequest;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncWrite};

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    images: &'a [String],
    bytes: u64,
}

/// In place of a file: stdin or stdout.
const STREAM: &str = "-";

pub async fn save(home: &Home, save: &Save, console: &Console) -> Result<Code, Diagnosis> {
    let mut signals = Signals::listen();
    let engines = emulator::find(home, None).await.engines;
    let docker = container_engine(&engines)?;
    let names = match (save.images.is_empty(), &save.project) {
        (false, _) => named(&engines, docker, &save.images, home).await?,
        (true, project) => match of_project(docker, project).await {
            Ok(names) => names,
            Err(faults) => {
                console.say_all(&faults);
                return Ok(faults.first().map_or(Code::USAGE, |fault| Code(fault.exit() as u8)));
            }
        },
    };
    let since = Instant::now();
    tokio::select! {
        biased;
        code = signals.asked() => {
            // Half an archive is none.
            let _ = std::fs::remove_file(unfinished(&save.file));
            Ok(code)
        }
        written = write(docker, &names, &save.file, console) => {
            let bytes = written?;
            tell(&names, bytes, (&save.printed, &save.file), console)?;
            console.note(&format!("{} saved, {} MB in {:.1} s", count(&names), bytes / 1_000_000, since.elapsed().as_secs_f64()));
            Ok(Code::OK)
        }
    }
}

pub async fn load(home: &Home, file: &Path, printed: &Printed, console: &Console) -> Result<Code, Diagnosis> {
    let engines = emulator::find(home, None).await.engines;
    let docker = container_engine(&engines)?;
    let (archive, bytes): (Box<dyn AsyncRead + Send + Unpin>, u64) = if is_stream(file) {
        (Box::new(tokio::io::stdin()), 0)
    } else {
        let opened = File::open(file).await.map_err(|error| unreadable(file, &error))?;
        let bytes = opened.metadata().await.map_or(0, |found| found.len());
        (Box::new(opened), bytes)
    };
    let since = Instant::now();
    let report = |read: String| console.note(&format!("loading: {read}"));
    let names = docker.load(archive, &report).await.map_err(|error| {
        let message = format!("{} is not loaded: {error}", file.display());
        Diagnosis::error(rows::IMAGE_ARCHIVE_FAILED, message)
    })?;
    tell(&names, bytes, (printed, Path::new("")), console)?;
    console.note(&format!("{} loaded in {:.1} s", count(&names), since.elapsed().as_secs_f64()));
    Ok(Code::OK)
}

fn container_engine(engines: &Engines) -> Result<&Arc<dyn Engine>, Diagnosis> {
    engines.docker.as_ref().map_err(|why| {
        let message = format!("{why}, and virtual environments cannot be moved: they work at their own path alone");
        Diagnosis::error(rows::ENGINE_UNAVAILABLE, message)
    })
}

/// Images by any name that the engine knows.
async fn named(
    engines: &Engines,
    docker: &Arc<dyn Engine>,
    names: &[String],
    home: &Home,
) -> Result<Vec<String>, Diagnosis> {
    let failed = |error: engine::EngineError| Diagnosis::error(rows::ENGINE_FAILED, error.to_string());
    for name in names {
        let recipe = Recipe::Image { image: name.clone(), pull: Pull::Never };
        if docker.find(&recipe).await.map_err(failed)?.is_some() {
            continue;
        }
        let not_made = Diagnosis::error(rows::ENVIRONMENT_NOT_MADE, format!("{name} is not on this machine"));
        let environments = engines.process.kept().await.unwrap_or_default();
        return Err(match environments.iter().any(|kept| kept.name == *name) {
            false => not_made,
            true => Diagnosis::error(rows::ENVIRONMENT_NOT_MADE, format!("{name} is a virtual environment, no image"))
                .remedy(format!(
                    "it works at its own path alone: keep the folder {} itself",
                    home.cache.join("environments").display()
                )),
        });
    }
    Ok(names.to_vec())
}

/// Everything that `up` of the project needs here.
async fn of_project(docker: &Arc<dyn Engine>, path: &Path) -> Result<Vec<String>, Vec<Diagnosis>> {
    let project = spec::load(&LoadRequest { path: path.to_owned(), ..LoadRequest::default() })?;
    let certificates = project.overlay.ca_certificates.clone();
    let options = RunOptions { loose: true, ca_certificates: certificates, ..RunOptions::default() };
    let mut names = vec![];
    for deployment in project.endpoints.iter().flat_map(|endpoint| &endpoint.deployments) {
        names.extend(lifecycle::made(docker, deployment, &options).await.map_err(|fault| vec![fault])?);
    }
    names.sort();
    names.dedup();
    Ok(names)
}

/// A file appears when it is whole.
async fn write(docker: &Arc<dyn Engine>, names: &[String], file: &Path, console: &Console) -> Result<u64, Diagnosis> {
    let report = |written: String| console.note(&format!("saving: {written}"));
    let failed = |error: engine::EngineError| match error {
        engine::EngineError::DiskFull(why) => Diagnosis::error(rows::DISK_FULL, format!("{}: {why}", file.display())),
        error => Diagnosis::error(rows::ENGINE_FAILED, error.to_string()),
    };
    if is_stream(file) {
        let mut out: Box<dyn AsyncWrite + Send + Unpin> = Box::new(tokio::io::stdout());
        return docker.save(names, &mut out, &report).await.map_err(failed);
    }
    let half = unfinished(file);
    let mut out = File::create(&half).await.map_err(|error| unwritable(file, &error))?;
    let saved = docker.save(names, &mut out, &report).await.map_err(failed);
    let whole = match saved {
        Ok(bytes) => tokio::fs::rename(&half, file).await.map(|()| bytes).map_err(|error| unwritable(file, &error)),
        Err(error) => Err(error),
    };
    if whole.is_err() {
        let _ = tokio::fs::remove_file(&half).await;
    }
    whole
}

fn tell(names: &[String], bytes: u64, (printed, file): (&Printed, &Path), console: &Console) -> Result<(), Diagnosis> {
    if is_stream(file) {
        // The archive has the stream for itself.
        names.iter().for_each(|name| console.note(name));
        return Ok(());
    }
    let document = Document { schema_version: SCHEMA_VERSION, images: names, bytes };
    printed.print(&document, console, |console| names.iter().for_each(|name| console.data(name)))
}

fn is_stream(file: &Path) -> bool {
    file == Path::new(STREAM)
}

fn unfinished(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".unfinished");
    name.into()
}

fn count(names: &[String]) -> String {
    if names.len() == 1 { "1 image".to_owned() } else { format!("{} images", names.len()) }
}

fn unreadable(file: &Path, error: &std::io::Error) -> Diagnosis {
    Diagnosis::error(rows::IMAGE_ARCHIVE_FAILED, format!("{} cannot be read: {error}", file.display()))
}

fn unwritable(file: &Path, error: &std::io::Error) -> Diagnosis {
    Diagnosis::error(rows::IMAGE_ARCHIVE_FAILED, format!("{} cannot be written: {error}", file.display()))
}
