//! `environment_variables`.

use super::{Context, secret};
use crate::tree::{Entry, Value};
use crate::written::deployment::DeploymentWritten;
use diagnosis::{Diagnosis, spec};
use std::collections::BTreeMap;

/// Set by Azure itself; the user's value wins, there as here.
const AZURE: &[&str] = &[
    "AML_APP_ROOT",
    "AZUREML_ENTRY_SCRIPT",
    "AZUREML_MODEL_DIR",
    "AZUREML_INFERENCE_PYTHON_PATH",
    "AZUREML_CONDA_ENVIRONMENT_PATH",
];

pub fn variables(context: &Context<'_>, written: &DeploymentWritten) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    for entry in &written.environment_variables {
        let name = entry.name().into_owned();
        if AZURE.contains(&name.as_str()) {
            let message = format!("`{name}` replaces the value that Azure would set");
            context.findings.add(&entry.key.at, "yours wins", Diagnosis::note(spec::VARIABLE_OVERRIDDEN, message));
        }
        if let Some(value) = text(context, entry) {
            let given = context.variables.iter().any(|(given, _)| *given == name);
            let value = if given { Some(value) } else { secret::resolved(context, entry, value) };
            variables.extend(value.map(|value| (name, value)));
        }
    }
    variables.extend(context.variables.iter().cloned());
    variables
}

/// az takes any value and turns it into text as Python does.
fn text(context: &Context<'_>, entry: &Entry) -> Option<String> {
    let value = &entry.value.value;
    let python = value.python();
    let name = entry.name();
    let warn = |message: String, label: &str| {
        context.findings.add(&entry.key.at, label, Diagnosis::warning(spec::VARIABLE_NOT_TEXT, message));
    };
    match value {
        Value::Null => {
            warn(format!("variable `{name}` has no value and is left out"), "no value");
            return None;
        }
        Value::Bool(_) => {
            warn(format!("variable `{name}` is a boolean to YAML: the container gets `{python}`"), "not text")
        }
        Value::List(_) | Value::Map(_) => warn(format!("variable `{name}` is {}", entry.value.kind()), "not text"),
        _ => {}
    }
    Some(python)
}
