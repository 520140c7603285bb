//! `logs`: of what runs, or what was kept of what failed.

pub mod tail;
pub mod traffic;

use crate::args::{Container, Logs};
use crate::console::Console;
use crate::exit::Code;
use crate::locate;
use control::Home;
use control::client::Client;
use control::state::{Known, all_projects};
use control::{LogContainer, LogQuery};
use diagnosis::{Diagnosis, local};
use futures_util::StreamExt;
use model::EndpointName;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Each with the name of its instance.
    Lines,
    /// As az prints it: of one instance, below its state and its events.
    Azure,
}

pub async fn run(home: &Home, logs: &Logs, layout: Layout, console: &Console) -> Result<Code, Diagnosis> {
    if logs.traffic {
        return traffic::run(home, logs, console).await;
    }
    let failed = failed(home, logs)?;
    match (locate::endpoint(home, logs.endpoint_name.as_deref()), failed) {
        // What failed in this folder is meant, not what another project serves.
        (Ok((known, _)), Some(failed)) if logs.endpoint_name.is_none() && failed.folder != known.folder => {
            kept(&failed, logs, console, failed.state.gone())
        }
        (Ok((known, endpoint)), _) if known.state.alive() => live(&known, &endpoint, (logs, layout), console).await,
        (Ok((known, _)), _) => kept(&known, logs, console, known.state.gone()),
        (Err(fault), Some(failed)) => kept(&failed, logs, console, fault),
        (Err(fault), None) => Err(fault),
    }
}

/// A project with kept logs of what is asked for: this folder's; of a named endpoint any.
fn failed(home: &Home, logs: &Logs) -> Result<Option<Known>, Diagnosis> {
    let here = locate::project(home, Path::new("."))?;
    let others = if logs.endpoint_name.is_some() { all_projects(home)?.known } else { vec![] };
    Ok(here.into_iter().chain(others).find(|known| !files(known, logs).is_empty()))
}

async fn live(
    known: &Known,
    endpoint: &EndpointName,
    (logs, layout): (&Logs, Layout),
    console: &Console,
) -> Result<Code, Diagnosis> {
    let client = Client::connect(&known.state).await?;
    let query = LogQuery {
        endpoint: Some(endpoint.to_string()),
        deployment: logs.name.clone(),
        lines: Some(logs.lines),
        follow: logs.follow,
        traffic: false,
        as_azure: layout == Layout::Azure && !logs.follow,
        container: match logs.container {
            Container::InferenceServer => LogContainer::InferenceServer,
            Container::StorageInitializer => LogContainer::StorageInitializer,
        },
    };
    let mut lines = client.logs(&query).await?;
    let mut any = false;
    loop {
        let line = tokio::select! {
            biased;
            line = lines.next() => line,
            () = console.unread(), if logs.follow => return Ok(Code::OK),
        };
        let Some(line) = line else { break };
        console.data(&line?);
        any = true;
        if console.is_unread() {
            return Ok(Code::OK);
        }
    }
    if !any {
        // Every instance failed and was removed: what it printed was kept.
        let nothing = Diagnosis::error(local::NOT_RUNNING, "There are no logs for this deployment at the moment.");
        return kept(known, logs, console, nothing);
    }
    Ok(Code::OK)
}

/// What the names of kept logs end with, behind the deployment's.
const fn ending(container: Container) -> &'static str {
    match container {
        Container::InferenceServer => ".log",
        Container::StorageInitializer => ".storage-initializer.log",
    }
}

/// The logs of deployments that failed, from the state folder.
fn kept(known: &Known, logs: &Logs, console: &Console, nothing: Diagnosis) -> Result<Code, Diagnosis> {
    let files = files(known, logs);
    if files.is_empty() {
        return Err(nothing);
    }
    for (name, file) in files {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        for line in &lines[lines.len().saturating_sub(logs.lines)..] {
            console.data(&format!("{name} | {line}"));
        }
    }
    Ok(Code::OK)
}

/// `logs/<endpoint>/<deployment>.log`, each with the deployment's name.
fn files(known: &Known, logs: &Logs) -> Vec<(String, PathBuf)> {
    let below = |path: &Path| {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        paths
    };
    let wanted = |name: &str, wanted: Option<&String>| wanted.is_none_or(|wanted| name == wanted.to_lowercase());
    let named = |path: PathBuf, ending: &str| {
        let name = path.file_name()?.to_str()?.strip_suffix(ending).filter(|name| !name.contains('.'))?.to_owned();
        Some((name, path))
    };
    let endpoints = below(&known.folder.path().join("logs")).into_iter().filter_map(|path| named(path, ""));
    let endpoints = endpoints.filter(|(name, _)| wanted(name, logs.endpoint_name.as_ref()));
    let files = endpoints.flat_map(|(_, path)| below(&path)).filter_map(|path| named(path, ending(logs.container)));
    files.filter(|(name, _)| wanted(name, logs.name.as_ref())).collect()
}
