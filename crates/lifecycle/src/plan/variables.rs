//! Every variable that is set besides the user's own: one list, each with its reason.

use super::layout::{app_root, model_dir};
use super::{Layout, Sidecar, collector, no_code};
use diagnosis::{Diagnosis, plan};
use model::Deployment;
use semantics::identity::{APP_SERVICE, MACHINE_LEARNING, PATH, Protocol};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    pub name: &'static str,
    pub value: String,
    pub why: &'static str,
}

/// Variables whose value is known when an instance starts, not before.
pub const GIVEN_AT_THE_START: &[&str] = &[
    APP_SERVICE.address,
    APP_SERVICE.secret,
    MACHINE_LEARNING.address,
    MACHINE_LEARNING.secret,
    collector::HOST,
    collector::PORT,
];

const IDENTITY: &[&str] = &[APP_SERVICE.address, APP_SERVICE.secret, MACHINE_LEARNING.address, MACHINE_LEARNING.secret];

/// Azure's variables, and the few of our own, as the program in the instance sees them.
pub fn injected(
    deployment: &Deployment,
    layout: &Layout,
    conda_environment: Option<&str>,
    sidecar: Option<&Sidecar>,
) -> Vec<Variable> {
    let custom = deployment.environment.inference_config.is_some();
    let script = no_code::script(deployment).map(str::to_owned);
    let list = [
        (
            "AZUREML_MODEL_DIR",
            model_dir(deployment).map(|dir| layout.seen(&dir)),
            "Azure: the folder that holds the model, .../azureml-models/<name>/<version>",
        ),
        (
            "AML_APP_ROOT",
            app_root(deployment).map(|dir| layout.seen(&dir)),
            "Azure: the mounted code folder; the server's working folder and import path",
        ),
        ("AZUREML_ENTRY_SCRIPT", script, "Azure: the scoring script, relative to AML_APP_ROOT"),
        (
            "MLFLOW_MODEL_FOLDER",
            no_code::model_folder(deployment),
            "Azure: the MLflow model's folder below AZUREML_MODEL_DIR, for the script that it makes",
        ),
        (
            "AZUREML_CONDA_ENVIRONMENT_PATH",
            conda_environment.map(str::to_owned),
            "Azure's images: the environment whose Python runs the server",
        ),
        (
            "PYTHONUNBUFFERED",
            (!custom).then(|| "1".to_owned()),
            "ours: the server's banner and bare prints arrive at once, not when a buffer is full",
        ),
    ];
    let list = list.into_iter().filter_map(|(name, value, why)| value.map(|value| Variable { name, value, why }));
    let collector = collector::variables(deployment, layout, sidecar);
    list.chain(identity(deployment, sidecar)).chain(collector).collect()
}

/// Both ways by which clients find the managed identity; none of them where the user has an own one.
fn identity(deployment: &Deployment, sidecar: Option<&Sidecar>) -> Vec<Variable> {
    let own = IDENTITY.iter().any(|name| deployment.environment_variables.contains_key(*name));
    let Some(sidecar) = sidecar.filter(|sidecar| sidecar.identity && !own) else { return vec![] };
    let of = |Protocol { address, secret, .. }, why| {
        let address = Variable { name: address, value: sidecar.url(PATH), why };
        [address, Variable { name: secret, value: sidecar.pass.clone(), why: "the header that goes with it" }]
    };
    [
        of(
            APP_SERVICE,
            "Azure (seen): the endpoint's managed identity, as App Service has it; azure-identity's first choice",
        ),
        of(MACHINE_LEARNING, "Azure: the endpoint's managed identity, as in the samples of its documentation"),
    ]
    .concat()
}

/// The user's variables win, as in azure-ai-ml's local mode; each override is said.
pub fn merged(deployment: &Deployment, injected: &[Variable]) -> (BTreeMap<String, String>, Vec<Diagnosis>) {
    let mut all: BTreeMap<String, String> =
        injected.iter().map(|variable| (variable.name.to_owned(), variable.value.clone())).collect();
    let said = injected.iter().filter(|variable| deployment.environment_variables.contains_key(variable.name));
    let notes = said.map(|variable| overridden(deployment, variable)).collect();
    all.extend(deployment.environment_variables.clone());
    (all, notes)
}

fn overridden(deployment: &Deployment, variable: &Variable) -> Diagnosis {
    let message = format!(
        "{}: environment_variables sets {}, which replaces `{}`",
        deployment.name, variable.name, variable.value
    );
    Diagnosis::note(plan::VARIABLE_OVERRIDDEN, message)
}
