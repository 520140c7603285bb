//! `prune`: removes the environments that nothing stands on. Images that somebody else named are left alone.

use super::images::{self, Image};
use crate::args::{self, Output};
use crate::console::Console;
use crate::exit::Code;
use control::Home;
use diagnosis::{Diagnosis, engine as rows};

pub async fn run(home: &Home, prune: &args::Prune, console: &Console) -> Result<Code, Diagnosis> {
    let engines = emulator::find(home, None).await.engines;
    let free: Vec<Image> = images::kept(&engines).await?.into_iter().filter(|image| !image.kept.in_use).collect();
    if free.is_empty() && prune.output == Output::Human {
        console.note("nothing to remove");
        return Ok(Code::OK);
    }
    for image in free.iter().filter(|_| !prune.dry_run) {
        let engine = images::asked(&engines).find(|(name, _)| *name == image.engine);
        let Some((_, engine)) = engine else { continue };
        let removed = engine.discard(&image.kept.name).await;
        removed.map_err(|error| Diagnosis::error(rows::ENGINE_FAILED, error.to_string()))?;
    }
    images::print(&free, prune.output, console);
    let bytes: u64 = free.iter().map(|image| image.kept.bytes).sum();
    let done = if prune.dry_run { "would be removed" } else { "removed" };
    console.note(&format!("{} {done}, {} MB", free.len(), bytes / 1_000_000));
    Ok(Code::OK)
}
