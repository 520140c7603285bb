//! Files of the code folder that the server takes for its own.

use crate::subject::{Subject, shown};
use diagnosis::{Diagnosis, Place, check, start};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Keys of the server's configuration file: names of its environment variables.
const KEYS: &[&str] = &[
    "AZUREML_ENTRY_SCRIPT",
    "AZUREML_SOURCE_DIRECTORY",
    "SCORING_TIMEOUT_MS",
    "SERVICE_NAME",
    "SERVICE_VERSION",
    "SERVICE_PATH_PREFIX",
    "WORKSPACE_NAME",
    "APP_INSIGHTS_LOG_RESPONSE_ENABLED",
    "AML_MDC_STORAGE_ENABLED",
    "AZUREML_LOG_LEVEL",
    "AZUREML_DEBUG_PORT",
];

pub fn folder(subject: &Subject<'_>, found: &mut Vec<Diagnosis>) {
    let Some(code) = subject.deployment.code.as_ref().filter(|_| subject.is_served()) else { return };
    let beside = code.folder.join(&code.scoring_script).parent().map(Path::to_owned).unwrap_or_default();
    let mut places: Vec<PathBuf> = vec![code.folder.join("config.json"), beside.join("config.json")];
    places.dedup();
    if let Some(path) = places.iter().find(|path| path.is_file()) {
        config(path, found);
    }
    let gunicorn = code.folder.join("gunicorn.conf.py");
    if gunicorn.is_file() {
        let message = "gunicorn executes gunicorn.conf.py of the code folder when the server starts";
        found.push(Diagnosis::warning(check::GUNICORN_CONFIG_EXECUTED, message).at(Place::File(shown(&gunicorn))));
    }
}

/// An object is taken; anything else, but an empty file, keeps the server from starting.
fn config(path: &Path, found: &mut Vec<Diagnosis>) {
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let place = Place::File(shown(path));
    match serde_json::from_str::<Value>(&text) {
        _ if text.trim().is_empty() => {}
        Ok(Value::Object(keys)) => {
            let known: Vec<&str> = keys.keys().map(String::as_str).filter(|key| KEYS.contains(key)).collect();
            let message = match known.as_slice() {
                [] => "the inference server takes this config.json for its own; it knows none of its keys".to_owned(),
                known => format!("the inference server takes {} from this config.json", known.join(", ")),
            };
            found.push(Diagnosis::warning(check::SERVER_CONFIG_TAKEN, message).at(place));
        }
        other => {
            let what = if other.is_ok() { "not a JSON object" } else { "not JSON" };
            let message = format!("the inference server takes this config.json for its own; it is {what}");
            let remedy = "give the file another name, or move it into a folder below";
            found.push(Diagnosis::error(start::SERVER_CONFIG_INVALID, message).at(place).remedy(remedy));
        }
    }
}
