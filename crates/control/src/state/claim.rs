//! All projects of this person, and who has which endpoint name.

use super::{ProjectFolder, ProjectLock, ProjectState, folder};
use crate::Home;
use diagnosis::{Diagnosis, local};
use model::EndpointName;
use std::io::ErrorKind;

/// One project with its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub folder: ProjectFolder,
    pub state: ProjectState,
}

#[derive(Debug, Default)]
pub struct Projects {
    /// Ordered by project path.
    pub known: Vec<Known>,
    /// Projects whose state is newer or damaged, one diagnosis each.
    pub faults: Vec<Diagnosis>,
}

/// Every project that has state, running or not.
pub fn all_projects(home: &Home) -> Result<Projects, Diagnosis> {
    let mut projects = Projects::default();
    for folder in folders(home)? {
        match folder.read() {
            Ok(Some(state)) => projects.known.push(Known { folder, state }),
            Ok(None) => {}
            Err(fault) => projects.faults.push(fault),
        }
    }
    projects.known.sort_by(|one, other| one.state.project.cmp(&other.state.project));
    Ok(projects)
}

fn folders(home: &Home) -> Result<Vec<ProjectFolder>, Diagnosis> {
    let path = folder::projects(home);
    let entries = match std::fs::read_dir(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(vec![]),
        Err(error) => {
            let message = format!("{} cannot be read: {error}", path.display());
            return Err(Diagnosis::error(local::STATE_UNREADABLE, message));
        }
        Ok(entries) => entries,
    };
    let below = entries.filter_map(Result::ok).map(|entry| entry.path());
    Ok(below.filter(|path| path.is_dir()).map(ProjectFolder::at).collect())
}

/// The projects in which an endpoint of this name is up, or was when the emulator was killed: ask `alive`.
pub fn find_endpoint(home: &Home, name: &EndpointName) -> Result<Vec<Known>, Diagnosis> {
    let known = all_projects(home)?.known;
    Ok(known.into_iter().filter(|project| project.state.endpoints.contains(name)).collect())
}

/// Writes the state of a project unless one of its endpoints is up in another: looked up and written in one step, so
/// that of two projects only one gets the name. The state must name its living emulator: only those keep others away.
///
/// # Errors
/// `EndpointAlreadyExists`, with the other project.
pub fn claim(home: &Home, folder: &ProjectFolder, state: &ProjectState) -> Result<(), Diagnosis> {
    let _turn = ProjectLock::wait(&folder::projects(home).join("claims.lock"))?;
    let others = all_projects(home)?.known;
    let others = others.iter().filter(|other| other.folder != *folder && other.state.alive());
    for other in others {
        if let Some(name) = state.endpoints.iter().find(|name| other.state.endpoints.contains(name)) {
            return Err(already_exists(name, &other.state));
        }
    }
    folder.write(state)
}

fn already_exists(name: &EndpointName, other: &ProjectState) -> Diagnosis {
    let project = other.project.display();
    Diagnosis::error(local::ENDPOINT_ALREADY_EXISTS, format!("endpoint {name} is already up from {project}"))
        .remedy(format!("choose another name, or take that one down: `local-endpoint down {name}`"))
}
