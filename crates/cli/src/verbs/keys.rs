//! `keys`: the only place that shows them in full.

use crate::args::{self, Key, Output};
use crate::console::Console;
use crate::exit::Code;
use crate::locate;
use control::client::Client;
use control::{Home, KeyName};
use diagnosis::{Diagnosis, local};
use model::Keys;
use serde_json::{Value, json};

pub async fn run(home: &Home, args: &args::Keys, console: &Console) -> Result<Code, Diagnosis> {
    let (known, endpoint) = locate::endpoint(home, args.endpoint_name.as_deref())?;
    if !known.state.alive() {
        let fault = known.state.running().err();
        return Err(fault.unwrap_or_else(|| Diagnosis::error(local::NOT_RUNNING, "")));
    }
    let client = Client::connect(&known.state).await?;
    let keys = match args.regenerate {
        Some(which) => client.regenerate(endpoint.as_str(), name(which)).await?,
        None => client.keys(endpoint.as_str()).await?,
    };
    print(&keys, args, console);
    Ok(Code::OK)
}

fn name(key: Key) -> KeyName {
    match key {
        Key::Primary => KeyName::Primary,
        Key::Secondary => KeyName::Secondary,
    }
}

fn print(keys: &Keys, args: &args::Keys, console: &Console) {
    match (args.output, args.key) {
        (Output::Json, _) => console.json(&document(keys)),
        (Output::Human, Some(Key::Primary)) => console.data(&keys.primary_key),
        (Output::Human, Some(Key::Secondary)) => console.data(&keys.secondary_key),
        (Output::Human, None) => {
            console.data(&format!("primaryKey    {}", keys.primary_key));
            console.data(&format!("secondaryKey  {}", keys.secondary_key));
        }
    }
}

fn document(keys: &Keys) -> Value {
    json!({
        "schema_version": model::SCHEMA_VERSION,
        "primaryKey": keys.primary_key,
        "secondaryKey": keys.secondary_key,
    })
}
