//! What the lines of a table are where no query says it. az's lists are lists; ours stand in a document with a version.

use serde_json::{Map, Value, json};

/// The entries of the document's only list, else the document.
pub fn rows(document: Value) -> Value {
    let Value::Object(mut map) = document else { return document };
    map.remove("schema_version");
    let mut lists =
        map.values_mut().filter(|value| value.as_array().is_some_and(|all| all.iter().all(Value::is_object)));
    match (lists.next(), lists.next()) {
        (Some(only), None) => only.take(),
        _ => Value::Object(map),
    }
}

/// Of the document of `up` and `status`: a line for each deployment.
pub fn deployments(document: Value) -> Value {
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let endpoints = list(&document, "emulators").into_iter().flat_map(|emulator| list(&emulator, "endpoints"));
    let rows = endpoints.flat_map(|endpoint| {
        list(&endpoint, "deployments").into_iter().map(move |deployment| row(&endpoint, &deployment))
    });
    rows.collect()
}

fn row(endpoint: &Value, deployment: &Value) -> Value {
    let ready = deployment["instances"].as_array().map_or(0, |all| all.iter().filter(|it| it["ready"] == true).count());
    let traffic = &endpoint["traffic"][deployment["name"].as_str().unwrap_or_default()];
    let row = json!({
        "endpoint": endpoint["name"],
        "deployment": deployment["name"],
        "provisioning_state": deployment["provisioning_state"],
        "ready": ready,
        "instance_count": deployment["instance_count"],
        "traffic": traffic.as_u64().unwrap_or_default(),
        "scoring_uri": endpoint["scoring_uri"],
    });
    Value::Object(row.as_object().cloned().unwrap_or_else(Map::new))
}
