//! MLflow models without code, logged with mlflow 2 and with mlflow 3: the requests of `fixtures/mlflow/requests.toml`.

use dsl::{Endpoint, Project, Value, on_both_engines};
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    row: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    situation: String,
    deployment: String,
    request: String,
    status: u16,
    /// Of the container, where the door wraps it.
    model_status: Option<u16>,
    answer: String,
}

on_both_engines! {
    fn mlflow_2(home) {
        answers_as_azure(&home.project("mlflow-2"));
    }

    fn mlflow_3(home) {
        answers_as_azure(&home.project("mlflow-3"));
    }
}

fn answers_as_azure(project: &Project) {
    let endpoint = project.serves([]);
    let path = dsl::repository().join("fixtures/mlflow/requests.toml");
    let table: Table = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let wrong: Vec<String> = table.row.iter().filter_map(|row| wrong(&endpoint, row)).collect();
    assert!(wrong.is_empty(), "{} of {} rows\n{}", wrong.len(), table.row.len(), wrong.join("\n"));
    project.run(["down"]).succeeds();
    let name = project.path.file_name().unwrap().to_str().unwrap();
    project.up(["-f", "endpoint.yml", "-f", "table.yml"]).succeeds().like(name);
}

fn wrong(endpoint: &Endpoint, row: &Row) -> Option<String> {
    let request = endpoint.request().header("azureml-model-deployment", &row.deployment);
    let answer = request.json(row.request.parse::<Value>().unwrap()).send();
    let model_status = answer.header("ms-azureml-model-error-statuscode").and_then(|code| code.parse().ok());
    let same = (answer.status, model_status) == (row.status, row.model_status)
        && alike(&answer.json(), &row.answer.parse().unwrap());
    (!same).then(|| format!("{}: {answer:?}", row.situation))
}

/// Equal but for the last digits of numbers, which are the processor's.
pub fn alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            (one - other).abs() <= 1e-9 * one.abs().max(1.0)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| alike(value, other)))
        }
        _ => one == other,
    }
}
