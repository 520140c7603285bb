//! Which endpoint, which project: from a name, from this folder, or because there is only one.

use control::Home;
use control::client::Client;
use control::state::{Known, ProjectFolder, all_projects, find_endpoint};
use diagnosis::{Diagnosis, local};
use model::{EndpointDocument, EndpointName};
use std::path::Path;

/// A running endpoint and the emulator that serves it.
#[derive(Debug)]
pub struct Located {
    pub client: Client,
    pub endpoint: EndpointDocument,
}

/// The project an endpoint belongs to, and the endpoint's name.
pub fn endpoint(home: &Home, name: Option<&str>) -> Result<(Known, EndpointName), Diagnosis> {
    match name {
        Some(name) => by_name(home, &EndpointName::new(name)),
        None => only(home),
    }
}

/// The same, asked of the running emulator.
pub async fn running(home: &Home, name: Option<&str>) -> Result<Located, Diagnosis> {
    let (known, name) = endpoint(home, name)?;
    let client = Client::connect(&known.state).await?;
    let status = client.status().await?;
    let found = status.endpoints.into_iter().find(|endpoint| endpoint.name == name.as_str());
    let endpoint = found.ok_or_else(|| not_found(&name))?;
    Ok(Located { client, endpoint })
}

fn by_name(home: &Home, name: &EndpointName) -> Result<(Known, EndpointName), Diagnosis> {
    let mut known = find_endpoint(home, name)?;
    // A killed emulator may still be recorded beside the one that runs.
    known.sort_by_key(|known| !known.state.alive());
    let known = known.into_iter().next().ok_or_else(|| not_found(name))?;
    Ok((known, name.clone()))
}

/// This folder's project, else the only endpoint of this person.
fn only(home: &Home) -> Result<(Known, EndpointName), Diagnosis> {
    let here = project(home, Path::new("."))?.filter(|known| !known.state.endpoints.is_empty());
    let candidates = match here {
        Some(known) => vec![known],
        None => all_projects(home)?.known.into_iter().filter(|known| known.state.alive()).collect(),
    };
    let mut pairs: Vec<(Known, EndpointName)> = candidates
        .into_iter()
        .flat_map(|known| known.state.endpoints.clone().into_iter().map(move |name| (known.clone(), name)))
        .collect();
    match pairs.len() {
        1 => Ok(pairs.remove(0)),
        0 => Err(Diagnosis::error(local::NOT_RUNNING, "no endpoint runs")),
        _ => {
            let names: Vec<&str> = pairs.iter().map(|(_, name)| name.as_str()).collect();
            let message = format!("several endpoints run: {}", names.join(", "));
            Err(Diagnosis::error(local::ENDPOINT_AMBIGUOUS, message).remedy(format!("add -e {}", names[0])))
        }
    }
}

/// What is known of the project in this folder.
pub fn project(home: &Home, path: &Path) -> Result<Option<Known>, Diagnosis> {
    let folder = ProjectFolder::of(home, path)?;
    Ok(folder.read()?.map(|state| Known { folder, state }))
}

pub fn not_found(name: &EndpointName) -> Diagnosis {
    Diagnosis::error(local::ENDPOINT_NOT_FOUND, format!("there is no endpoint {name}"))
}
