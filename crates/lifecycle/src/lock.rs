//! `local-endpoint.lock` beside the YAML: what environments were made of, and whether they still are.

use crate::context::Context;
use crate::plan::Locked;
use crate::prepare::Prepared;
use diagnosis::{Diagnosis, local, plan as rows};
use model::{Deployment, RunOptions, SCHEMA_VERSION};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

const FILE: &str = "local-endpoint.lock";

/// How many differences are named.
const NAMED: usize = 6;

/// Deployments are prepared side by side.
static WRITING: Mutex<()> = Mutex::new(());

/// By `ENDPOINT/DEPLOYMENT`.
#[derive(Debug, Serialize, Deserialize)]
struct LockFile {
    schema_version: u32,
    deployments: BTreeMap<String, Locked>,
}

/// Written where it is asked for; else compared, where there is one.
pub async fn kept(
    context: &Context,
    deployment: &Deployment,
    options: &RunOptions,
    prepared: &Prepared,
) -> Result<(), Diagnosis> {
    let path = context.project.path.join(FILE);
    if !options.lock && !path.exists() {
        return Ok(());
    }
    let found = prepared.engine.inventory(&prepared.base).await;
    let installed = found.map_err(|error| crate::explain::engine_error(deployment, error))?;
    let now = Locked::of(deployment, prepared.kind, prepared.image.as_ref(), installed);
    let name = format!("{}/{}", deployment.endpoint, deployment.name);
    if options.lock {
        write(&path, &name, now.clone()).map_err(|error| unwritable(deployment, &error))?;
        context.progress(&deployment.name, written(&now));
        return Ok(());
    }
    match read(&path) {
        Ok(file) => context
            .say_all(file.deployments.get(&name).and_then(|it| drift(deployment, it, &now)).into_iter().collect()),
        Err(why) => context.say_all(vec![unreadable(&why)]),
    }
    Ok(())
}

fn read(path: &Path) -> Result<LockFile, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let file: LockFile = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    match file.schema_version {
        SCHEMA_VERSION => Ok(file),
        other => Err(format!("its schema_version is {other}, and this version reads {SCHEMA_VERSION}")),
    }
}

/// Other deployments keep what is written of them. Visible only when complete.
fn write(path: &Path, name: &str, locked: Locked) -> io::Result<()> {
    let _one = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut file = read(path).unwrap_or(LockFile { schema_version: SCHEMA_VERSION, deployments: BTreeMap::new() });
    file.deployments.insert(name.to_owned(), locked);
    let unfinished = path.with_extension("lock.unfinished");
    std::fs::write(&unfinished, serde_json::to_string_pretty(&file)? + "\n")?;
    std::fs::rename(unfinished, path)
}

fn written(now: &Locked) -> String {
    let count = now.installed.as_ref().map_or(0, |found| found.packages.len());
    let server = now.server.as_ref().map(|version| format!(", inference server {version}")).unwrap_or_default();
    format!("{FILE} has what it is made of: {count} packages{server}")
}

fn drift(deployment: &Deployment, locked: &Locked, now: &Locked) -> Option<Diagnosis> {
    let mut found = locked.differences(now);
    if found.is_empty() {
        return None;
    }
    let more = found.len().saturating_sub(NAMED);
    found.truncate(NAMED);
    if more > 0 {
        found.push(format!("and {more} more"));
    }
    let message = format!("{}: not what {FILE} says: {}", deployment.name, found.join(", "));
    Some(Diagnosis::note(rows::LOCK_DRIFT, message))
}

fn unreadable(why: &str) -> Diagnosis {
    Diagnosis::warning(rows::LOCK_DRIFT, format!("{FILE} cannot be read, and nothing is compared: {why}"))
}

fn unwritable(deployment: &Deployment, error: &io::Error) -> Diagnosis {
    Diagnosis::error(local::STATE_UNWRITABLE, format!("{}: {FILE} cannot be written: {error}", deployment.name))
}
