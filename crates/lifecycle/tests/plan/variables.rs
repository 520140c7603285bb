//! Every variable an instance gets besides the user's own.

use crate::deployment::{conda, custom_container, deployment, with_conda};
use crate::fixture;
use diagnosis::{Style, print_all};
use lifecycle::plan::{Layout, injected, merged};
use model::Deployment;
use std::path::Path;

const ENVIRONMENT: &str = "/azureml-envs/local-endpoint";

fn listed(situation: &str, deployment: &Deployment, layout: &Layout, conda: Option<&str>) -> String {
    let variables = injected(deployment, layout, conda).into_iter();
    let lines = variables.map(|variable| format!("{}={}\n    {}\n", variable.name, variable.value, variable.why));
    format!("# {situation}\n\n{}\n", lines.collect::<String>())
}

#[test]
fn the_injected_environment() {
    let (container, process) = (Layout::container(), Layout::below(Path::new("/run/local-endpoint/blue-0")));
    let without = Deployment { model: None, code: None, ..custom_container() };
    let found = [
        listed("a script and a model, in a container", &deployment(), &container, None),
        listed("the same, with a conda file", &with_conda(conda(&[], &[])), &container, Some(ENVIRONMENT)),
        listed("the same, as a process", &deployment(), &process, None),
        listed("a custom container with a model", &custom_container(), &container, None),
        listed("a custom container without anything", &without, &container, None),
    ];
    fixture::text("variables.txt", &found.concat());
}

#[test]
fn the_users_variables_win_and_it_is_said() {
    let mut deployment = deployment();
    for (name, value) in [("AZUREML_MODEL_DIR", "/mine"), ("PYTHONUNBUFFERED", "0"), ("LOG_LEVEL", "debug")] {
        deployment.environment_variables.insert(name.into(), value.into());
    }
    let (all, notes) = merged(&deployment, &injected(&deployment, &Layout::container(), None));
    let all: String = all.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    fixture::text("variables-overridden.txt", &format!("{all}\n{}", print_all(&notes, Style::Plain)));
}
