//! `images`: the environments that were made here and the images that were pulled for them, and what a project's are made of.

mod archive;

use crate::args::{self, ImagesVerb};
use crate::console::Console;
use crate::exit::Code;
use crate::printed::Printed;
use crate::tables;
use control::Home;
use diagnosis::{Diagnosis, engine as rows};
use engine::{Engine, EngineError, EngineKind, KeptEnvironment};
use lifecycle::Engines;
use model::{RunOptions, SCHEMA_VERSION};
use serde::Serialize;
use spec::LoadRequest;
use std::path::Path;
use std::sync::Arc;

pub async fn run(home: &Home, images: &args::Images, console: &Console) -> Result<Code, Diagnosis> {
    match &images.verb {
        Some(ImagesVerb::Key { path, engine }) => return key(path, *engine, console),
        Some(ImagesVerb::Save(save)) => return archive::save(home, save, console).await,
        Some(ImagesVerb::Load { file, printed }) => return archive::load(home, file, printed, console).await,
        None => {}
    }
    let found = kept(home, &emulator::find(home, None).await.engines).await?;
    print(&found, &images.printed, console)?;
    Ok(Code::OK)
}

/// An environment, or a model whose archives were unpacked, and the engine that has it.
#[derive(Debug, Serialize)]
pub struct Image {
    pub engine: &'static str,
    #[serde(flatten)]
    pub kept: KeptEnvironment,
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    images: &'a [Image],
}

pub fn print(images: &[Image], printed: &Printed, console: &Console) -> Result<(), Diagnosis> {
    let document = Document { schema_version: SCHEMA_VERSION, images };
    printed.print(&document, console, |console| match images.is_empty() {
        true => console.note("no environment was made here, and no image pulled"),
        false => console.data(&tables::images(images)),
    })
}

/// No engine: an unpacked model is there for whichever comes.
const ANY: &str = "any";

/// Of both engines; one that does not answer has nothing to show. And the unpacked models.
pub async fn kept(home: &Home, engines: &Engines) -> Result<Vec<Image>, Diagnosis> {
    let mut images = vec![];
    for (name, engine) in asked(engines) {
        let kept = engine.kept().await.map_err(failed)?;
        images.extend(kept.into_iter().map(|kept| Image { engine: name, kept }));
    }
    let models = lifecycle::kept_models(&home.cache).map_err(failed)?;
    images.extend(models.into_iter().map(|kept| Image { engine: ANY, kept }));
    Ok(images)
}

pub async fn discard(home: &Home, engines: &Engines, image: &Image) -> Result<(), Diagnosis> {
    let name = &image.kept.name;
    match asked(engines).find(|(engine, _)| *engine == image.engine) {
        Some((_, engine)) => engine.discard(name).await.map_err(failed),
        None if image.engine == ANY => lifecycle::discard_model(&home.cache, name).map_err(failed),
        None => Ok(()),
    }
}

fn failed(error: EngineError) -> Diagnosis {
    Diagnosis::error(rows::ENGINE_FAILED, error.to_string())
}

pub fn asked(engines: &Engines) -> impl Iterator<Item = (&'static str, &Arc<dyn Engine>)> {
    let docker = engines.docker.iter().map(|engine| ("docker", engine));
    docker.chain(cfg!(unix).then_some(("process", &engines.process)))
}

/// Asks no engine, so that CI has it before there is one.
fn key(path: &Path, engine: args::Engine, console: &Console) -> Result<Code, Diagnosis> {
    let project = match spec::load(&LoadRequest { path: path.to_owned(), ..LoadRequest::default() }) {
        Ok(project) => project,
        Err(faults) => {
            console.say_all(&faults);
            return Ok(Code::USAGE);
        }
    };
    let kind = if engine == args::Engine::Process { EngineKind::Process } else { EngineKind::Docker };
    let deployments = project.endpoints.iter().flat_map(|endpoint| &endpoint.deployments);
    let options = RunOptions { loose: true, ca_certificates: vec![], ..RunOptions::default() };
    console.data(&lifecycle::plan::cache_key(deployments, kind, &options)?);
    Ok(Code::OK)
}
