//! Taking down: in order while the emulator runs, by labels after it was killed.

use crate::running::Running;
use crate::start::owned;
use control::Home;
use control::state::{ProjectFolder, ProjectState, host};
use diagnosis::{Diagnosis, engine as rows};
use engine::{Found, Labels};
use lifecycle::{Engines, Swept};
use model::{EndpointName, EventKind};
use std::path::Path;
use std::time::Duration;

/// With a disk, or an engine, that stands still.
const PATIENCE: Duration = Duration::from_secs(2);

impl Running {
    /// Takes down these endpoints; none named: all of them, and the emulator ends. Leaves nothing behind.
    pub async fn shutdown(&self, endpoints: &[EndpointName]) {
        let mut state = self.applying.lock().await;
        let open: Vec<EndpointName> = self.doors.ports().into_keys().collect();
        let chosen: Vec<&EndpointName> =
            open.iter().filter(|name| endpoints.is_empty() || endpoints.contains(name)).collect();
        let last = chosen.len() == open.len();
        if last {
            self.lifecycle.events().say(EventKind::Stopping);
        }
        // Before they go, so that who follows files does not take them for wanted.
        self.desired.send_modify(|puts| puts.take_down(&chosen));
        futures_util::future::join_all(chosen.iter().map(|name| self.remove_endpoint(name))).await;
        state.endpoints.retain(|name| open.contains(name) && !chosen.contains(&name));
        // A new endpoint of that name starts from its file again.
        state.traffic_overrides.retain(|name, _| !chosen.contains(&name));
        if last {
            state.emulator = None;
            state.containers = state.containers && self.may_leave_containers().await;
        }
        self.write(&state);
        drop(state);
        if last {
            self.close_files().await;
            self.end();
        }
    }

    pub(crate) fn has_container_engine(&self) -> bool {
        self.lifecycle.context().engines.docker.is_ok()
    }

    /// Asked of the engine: one that went away keeps what instances have given up.
    async fn may_leave_containers(&self) -> bool {
        let Ok(engine) = &self.lifecycle.context().engines.docker else { return true };
        let labels = crate::start::project(&self.folder, &self.project).labels();
        let listed = tokio::time::timeout(PATIENCE, engine.list(&labels)).await;
        let here = |found: &Found| found.labels.get(&lifecycle::label(lifecycle::HOST)) == Some(&host());
        !listed.is_ok_and(|listed| listed.is_ok_and(|found| !found.iter().any(here)))
    }

    /// What cannot be written must not keep the emulator from ending.
    fn write(&self, state: &ProjectState) {
        if let Err(fault) = self.folder.write(state) {
            self.say(fault);
        }
    }

    /// A disk that stands still does not keep the emulator from ending.
    async fn close_files(&self) {
        let (log, collector) = (self.doors.traffic_log.clone(), self.doors.collector.clone());
        let _ = tokio::task::spawn_blocking(move || log.close(PATIENCE) && collector.flush(PATIENCE)).await;
    }

    fn end(&self) {
        let run = self.lifecycle.run_folder();
        // Each instance has removed its own; what is left is the empty folder around them.
        let _ = std::fs::remove_dir(run);
        drop(self.lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take());
        self.ended.send_replace(true);
    }
}

/// Removes what a killed emulator of this project left, and forgets that it ran.
///
/// # Errors
/// `EngineUnavailable`: it may have left containers. Nothing is forgotten then.
pub async fn sweep_project(home: &Home, engines: &Engines, project: &Path) -> Result<Vec<String>, Diagnosis> {
    let folder = ProjectFolder::of(home, project)?;
    if let Err(why) = &engines.docker
        && folder.read()?.is_some_and(|state| state.containers)
    {
        return Err(left_behind(project).fact("engine", why));
    }
    let removed = sweep(engines, &crate::start::project(&folder, project).labels()).await?;
    let _ = std::fs::remove_dir_all(folder.path().join("run"));
    if let Some(mut state) = folder.read()? {
        state.emulator = None;
        state.endpoints.clear();
        state.containers = false;
        folder.write(&state)?;
    }
    Ok(removed)
}

/// Containers, perhaps, that nobody could remove.
pub fn left_behind(project: &Path) -> Diagnosis {
    let message =
        format!("{}: its containers may be left: the engine that ran them does not answer", project.display());
    Diagnosis::error(rows::ENGINE_UNAVAILABLE, message).remedy("start the engine, then `local-endpoint down` again")
}

/// Removes every instance whose labels say that it is ours: for projects whose state was lost.
pub async fn sweep_all(engines: &Engines, labels: &[(&str, &str)]) -> Result<Vec<String>, Diagnosis> {
    let named = |(name, value): &(&str, &str)| (lifecycle::label(name), (*value).to_owned());
    sweep(engines, &labels.iter().map(named).collect()).await
}

/// As much as can be; what stays is an error.
async fn sweep(engines: &Engines, labels: &Labels) -> Result<Vec<String>, Diagnosis> {
    let Swept { removed, stayed } = lifecycle::sweep(engines, labels, owned).await;
    if stayed.is_empty() {
        return Ok(removed);
    }
    let error = Diagnosis::error(rows::ENGINE_FAILED, stayed.join("; "));
    Err(if removed.is_empty() { error } else { error.fact("removed", removed.join(", ")) })
}
