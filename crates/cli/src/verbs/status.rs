//! `status`: every emulator that runs, and a line for each that was killed.

use crate::args::{Output, Status};
use crate::console::Console;
use crate::exit::Code;
use crate::tables;
use control::Home;
use control::client::Client;
use control::state::all_projects;
use diagnosis::Diagnosis;
use model::{SCHEMA_VERSION, StatusDocument};

pub async fn run(home: &Home, status: &Status, console: &Console) -> Result<Code, Diagnosis> {
    let projects = all_projects(home)?;
    console.say_all(&projects.faults);
    let mut emulators = vec![];
    for known in projects.known.iter().filter(|known| known.state.emulator.is_some()) {
        match ask(&known.state).await {
            Ok(document) => emulators.push(document),
            Err(fault) => console.say(&fault),
        }
    }
    match status.output {
        Output::Json => console.json(&StatusDocument { schema_version: SCHEMA_VERSION, emulators, endpoints: None }),
        Output::Human if emulators.is_empty() => console.note("no endpoint runs"),
        Output::Human => console.data(&tables::status(&emulators)),
    }
    Ok(Code::OK)
}

async fn ask(state: &control::state::ProjectState) -> Result<model::EmulatorDocument, Diagnosis> {
    Client::connect(state).await?.status().await
}
