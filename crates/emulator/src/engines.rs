//! The engines of this machine.

use control::Home;
use engine::{Discovery, Engine, Environment, ProcessConfig, ProcessEngine};
use lifecycle::Engines;
use std::ffi::OsString;
use std::sync::Arc;

/// The engines, and every try that was made for the container engine (for `doctor`).
#[derive(Debug)]
pub struct Found {
    pub engines: Engines,
    pub discovery: Discovery,
}

/// Asks every usual place once. `reaper`: the command line that ends processes when this one is killed.
pub async fn find(home: &Home, reaper: Option<Vec<OsString>>) -> Found {
    let discovery = engine::discover(&Environment::of_process(), &home.cache).await;
    let docker: Result<Arc<dyn Engine>, String> = match &discovery.engine {
        Some(engine) => Ok(Arc::new(engine.clone())),
        None => Err(why(&discovery)),
    };
    let config = ProcessConfig { cache: home.cache.clone(), reaper, ledger: home.state.join("processes") };
    Found { engines: Engines { docker, process: Arc::new(ProcessEngine::new(config)) }, discovery }
}

/// The last try says most: it is the one somebody chose, or the last of the usual places.
fn why(discovery: &Discovery) -> String {
    let tried = discovery.tries.iter().find(|tried| tried.outcome.is_err());
    match tried.map(|tried| (&tried.name, &tried.outcome)) {
        Some((name, Err(error))) => format!("no container engine answers ({name}: {error})"),
        _ => "no container engine answers".to_owned(),
    }
}
