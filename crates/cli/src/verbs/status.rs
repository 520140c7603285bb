//! `status`: every emulator that runs, and a line for each that was killed.

mod watch;

use crate::args::Status;
use crate::console::Console;
use crate::exit::Code;
use crate::locate;
use crate::printed::deployments;
use crate::tables;
use control::Home;
use control::client::Client;
use control::state::{ProjectState, all_projects};
use diagnosis::Diagnosis;
use model::{EmulatorDocument, EndpointName, InstanceMemory, MemoryDocument, SCHEMA_VERSION, StatusDocument};
use std::time::Duration;

/// An engine that takes longer to tell of memory is not waited for.
const MEMORY: Duration = Duration::from_secs(2);

pub async fn run(home: &Home, status: &Status, console: &Console) -> Result<Code, Diagnosis> {
    if status.watch {
        return watch::run(home, status, console).await;
    }
    show(home, status, console).await?;
    Ok(Code::OK)
}

async fn show(home: &Home, status: &Status, console: &Console) -> Result<(), Diagnosis> {
    let mut document = document(home, console).await?;
    if let Some(name) = status.endpoint_name.as_ref().or(status.name.as_ref()) {
        only(&mut document, name)?;
    }
    print(&document, status, console)
}

async fn document(home: &Home, console: &Console) -> Result<StatusDocument, Diagnosis> {
    let projects = all_projects(home)?;
    console.say_all(&projects.faults);
    let mut emulators = vec![];
    for known in projects.known.iter().filter(|known| known.state.emulator.is_some()) {
        match ask(&known.state).await {
            Ok(document) => emulators.push(document),
            Err(fault) => console.say(&fault),
        }
    }
    Ok(StatusDocument { schema_version: SCHEMA_VERSION, emulators, endpoints: None })
}

fn only(document: &mut StatusDocument, name: &str) -> Result<(), Diagnosis> {
    for emulator in &mut document.emulators {
        emulator.endpoints.retain(|endpoint| endpoint.name == name);
    }
    document.emulators.retain(|emulator| !emulator.endpoints.is_empty());
    if document.emulators.is_empty() { Err(locate::not_found(&EndpointName::new(name))) } else { Ok(()) }
}

fn print(document: &StatusDocument, status: &Status, console: &Console) -> Result<(), Diagnosis> {
    status.printed.print_rows(document, deployments, console, |console| match document.emulators.is_empty() {
        true => console.note("no endpoint runs"),
        false => console.data(&tables::status(&document.emulators)),
    })
}

async fn ask(state: &ProjectState) -> Result<EmulatorDocument, Diagnosis> {
    let client = Client::connect(state).await?;
    let (mut document, memory) = tokio::join!(client.status(), tokio::time::timeout(MEMORY, client.memory()));
    if let (Ok(document), Ok(Ok(memory))) = (&mut document, memory) {
        memory.iter().for_each(|memory| add(document, memory));
    }
    document
}

fn add(document: &mut EmulatorDocument, told: &InstanceMemory) {
    let endpoint = document.endpoints.iter_mut().find(|endpoint| endpoint.name == told.endpoint);
    let deployments = endpoint.into_iter().flat_map(|endpoint| &mut endpoint.deployments);
    let mut instances = deployments.flat_map(|deployment| &mut deployment.instances);
    let known = told.used_bytes.or(told.peak_bytes).is_some();
    if let Some(instance) = instances.find(|instance| known && instance.name == told.instance) {
        let InstanceMemory { used_bytes, peak_bytes, limit_bytes, .. } = *told;
        instance.memory = Some(MemoryDocument { used_bytes, peak_bytes, limit_bytes });
    }
}
