//! `invoke`: one request through the front door, as any client sends it.

use crate::args::Invoke;
use crate::console::Console;
use crate::exit::Code;
use crate::locate::{self, Located};
use control::invoke::{ScoringAnswer, ScoringRequest, score};
use control::{Client, Home, TokenQuery};
use diagnosis::{Diagnosis, Place, serving, spec as rows};
use model::FaultKind;
use serde_json::{Map, Value, json};
use std::io::Read;
use std::path::Path;

pub async fn run(home: &Home, invoke: Invoke, console: &Console) -> Result<Code, Diagnosis> {
    let body = body(&invoke)?;
    let Located { client, endpoint } = locate::running(home, invoke.endpoint.as_deref()).await?;
    let key = client.credentials(&endpoint.name, &TokenQuery::default()).await?.bearer().to_owned();
    let request = ScoringRequest { uri: endpoint.scoring_uri, key, deployment: invoke.deployment, body: body.into() };
    let answer = match score(request).await {
        Err(lost) if lost.code == serving::ANSWER_LOST => return Err(blamed(lost, &client, &endpoint.name).await),
        answer => answer?,
    };
    invoke.printed.print(&document(&answer), console, |console| {
        console.raw(&answer.body);
        if !answer.body.is_empty() && !answer.body.ends_with(b"\n") {
            console.raw(b"\n");
        }
    })?;
    if answer.status.as_u16() == 200 {
        return Ok(Code::OK);
    }
    let id = answer.headers.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    match client.explain(id).await? {
        Some(diagnosis) => console.say(&diagnosis),
        None => console.note(&format!("the endpoint answered {}", answer.status)),
    }
    Ok(Code::USER)
}

/// Without an answer there is no id to ask by: what is done on purpose just now is told.
async fn blamed(lost: Diagnosis, client: &Client, endpoint: &str) -> Diagnosis {
    let faults = client.faults(endpoint).await.map(|document| document.faults).unwrap_or_default();
    match faults.into_iter().find(|fault| fault.kind == FaultKind::Drop) {
        Some(fault) => {
            let injected = format!("by local-endpoint chaos: {} {}", fault.id, fault.does);
            lost.fact("injected", injected).remedy(lifecycle::NO_REMEDY)
        }
        None => lost,
    }
}

fn body(invoke: &Invoke) -> Result<Vec<u8>, Diagnosis> {
    match (&invoke.data, &invoke.request_file) {
        (Some(data), _) => Ok(data.clone().into_bytes()),
        (None, Some(file)) if file == Path::new("-") => stdin(),
        (None, Some(file)) => std::fs::read(file).map_err(|error| unreadable(file, &error)),
        (None, None) => Ok(vec![]),
    }
}

fn stdin() -> Result<Vec<u8>, Diagnosis> {
    let mut body = vec![];
    std::io::stdin().read_to_end(&mut body).map_err(|error| unreadable(Path::new("-"), &error))?;
    Ok(body)
}

fn unreadable(file: &Path, error: &std::io::Error) -> Diagnosis {
    let message = format!("{} cannot be read: {error}", file.display());
    Diagnosis::error(rows::UNREADABLE, message).at(Place::Flag("--request-file".into()))
}

fn document(answer: &ScoringAnswer) -> Value {
    let mut headers = Map::new();
    for (name, value) in &answer.headers {
        headers.insert(name.to_string(), Value::String(String::from_utf8_lossy(value.as_bytes()).into_owned()));
    }
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let body = serde_json::from_slice(&answer.body).unwrap_or(Value::String(text));
    json!({ "schema_version": model::SCHEMA_VERSION, "status": answer.status.as_u16(), "headers": headers, "body": body })
}
