//! `shell`: a shell, or a command, inside an instance that runs.

mod here;
mod raw;
mod there;

use crate::args::Shell;
use crate::console::Console;
use crate::exit::Code;
use crate::locate::{self, Located};
use control::Home;
use control::state::ProjectFolder;
use diagnosis::{Diagnosis, engine as rows, local};
use engine::{Engine, EngineError, Entered, Entry, InstanceHandle};
use model::{DeploymentDocument, EndpointDocument, InstanceDocument};
use std::collections::BTreeMap;
use std::sync::Arc;

pub async fn run(home: &Home, shell: Shell, console: &Console) -> Result<Code, Diagnosis> {
    let (known, _) = locate::endpoint(home, shell.endpoint_name.as_deref())?;
    let Located { endpoint, .. } = locate::running(home, shell.endpoint_name.as_deref()).await?;
    let deployment = deployment(&endpoint, shell.deployment.as_deref().or(shell.name.as_deref()))?;
    let instance = instance(deployment, shell.instance)?;
    let (engine, handle) = found(home, &known.folder, &deployment.name, (&endpoint, instance)).await?;
    if shell.command.is_empty() && raw::terminal().is_some() {
        console.note(&format!("in {} ({}): `exit` leaves it", instance.name, instance.image));
    }
    let term = std::env::var("TERM").ok().map(|term| ("TERM".to_owned(), term));
    let entry = Entry { command: shell.command, terminal: raw::terminal(), env: term.into_iter().collect() };
    match engine.enter(&handle, &entry).await.map_err(|error| failed(instance, &error))? {
        Entered::There(there) => there::run(there, entry.terminal.is_some()).await,
        Entered::Here(here) => here::run(here).await,
    }
}

fn deployment<'a>(endpoint: &'a EndpointDocument, name: Option<&str>) -> Result<&'a DeploymentDocument, Diagnosis> {
    let known: Vec<&str> = endpoint.deployments.iter().map(|it| it.name.as_str()).collect();
    match (name.map(str::to_lowercase), endpoint.deployments.as_slice()) {
        (None, [only]) => Ok(only),
        (None, _) => {
            let message = format!("{} has several deployments: {}", endpoint.name, known.join(", "));
            Err(Diagnosis::error(local::DEPLOYMENT_AMBIGUOUS, message))
        }
        (Some(name), all) => all.iter().find(|it| it.name == name).ok_or_else(|| {
            let message = format!("{} has no deployment {name}; it has {}", endpoint.name, known.join(", "));
            Diagnosis::error(local::DEPLOYMENT_NOT_FOUND, message)
        }),
    }
}

fn instance(deployment: &DeploymentDocument, number: Option<u32>) -> Result<&InstanceDocument, Diagnosis> {
    let runs = |it: &&InstanceDocument| it.state != "Failed";
    let mut all = deployment.instances.iter().filter(runs);
    let found = match number {
        Some(number) => all.find(|it| it.name == format!("{}/{number}", deployment.name)),
        None => all.clone().find(|it| it.ready).or_else(|| all.next()),
    };
    found.ok_or_else(|| {
        let which = number.map_or_else(|| "an instance".to_owned(), |number| format!("an instance {number}"));
        Diagnosis::error(local::NO_INSTANCE, format!("{} has not got {which} that runs", deployment.name))
    })
}

/// The engine that runs it, and its name there.
async fn found(
    home: &Home,
    folder: &ProjectFolder,
    deployment: &str,
    (endpoint, instance): (&EndpointDocument, &InstanceDocument),
) -> Result<(Arc<dyn Engine>, InstanceHandle), Diagnosis> {
    let engines = emulator::find(home, None).await.engines;
    let engine = match instance.engine.as_str() {
        "process" => engines.process,
        _ => engines.docker.map_err(|why| Diagnosis::error(rows::ENGINE_UNAVAILABLE, why))?,
    };
    let number = instance.name.rsplit('/').next().unwrap_or_default();
    let state = folder.path().to_string_lossy();
    let wanted =
        [(lifecycle::STATE, &*state), ("endpoint", &endpoint.name), ("deployment", deployment), ("instance", number)];
    let labels: BTreeMap<_, _> =
        wanted.into_iter().map(|(name, value)| (lifecycle::label(name), value.to_owned())).collect();
    let found = engine.list(&labels).await.map_err(|error| failed(instance, &error))?;
    let handle = found.into_iter().find(|it| it.running).map(|it| it.handle);
    let handle = handle.ok_or_else(|| failed(instance, &EngineError::NoSuchInstance))?;
    Ok((engine, handle))
}

fn failed(instance: &InstanceDocument, error: &EngineError) -> Diagnosis {
    let code = match error {
        EngineError::NoSuchInstance => local::NO_INSTANCE,
        EngineError::Unsupported(_) => rows::ENGINE_UNAVAILABLE,
        _ => rows::ENGINE_FAILED,
    };
    Diagnosis::error(code, format!("{}: {error}", instance.name))
}
