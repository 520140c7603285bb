//! Every variable an instance gets besides the user's own.

use crate::deployment::{conda, custom_container, deployment, with_conda};
use crate::fixture;
use diagnosis::{Style, print_all};
use lifecycle::plan::{Layout, Sidecar, collector_settings, injected, merged};
use model::{DataCollector, Deployment, RollingRate, SamplingRate};
use std::path::Path;

const ENVIRONMENT: &str = "/azureml-envs/local-endpoint";

fn listed(situation: &str, deployment: &Deployment, layout: &Layout, conda: Option<&str>) -> String {
    let sidecar = Sidecar { host: "172.17.0.1".into(), port: 40123, pass: "(the pass)".into(), identity: true };
    let variables = injected(deployment, layout, conda, Some(&sidecar)).into_iter();
    let lines = variables.map(|variable| format!("{}={}\n    {}\n", variable.name, variable.value, variable.why));
    format!("# {situation}\n\n{}\n", lines.collect::<String>())
}

#[test]
fn the_injected_environment() {
    let (container, process) = (Layout::container(), Layout::below(Path::new("/run/local-endpoint/blue-0")));
    let without = Deployment { model: None, code: None, ..custom_container() };
    let collector = DataCollector {
        collections: ["model_inputs".to_owned(), "request".to_owned()].into(),
        sampling_rate: SamplingRate::of(0.125),
        rolling_rate: RollingRate::Hour,
        capture_headers: vec![],
    };
    let collects = Deployment { data_collector: Some(collector), ..deployment() };
    let found = [
        listed("a script and a model, in a container", &deployment(), &container, None),
        listed("the same, with a conda file", &with_conda(conda(&[], &[])), &container, Some(ENVIRONMENT)),
        listed("the same, as a process", &deployment(), &process, None),
        listed("a script that collects, in a container", &collects, &container, None),
        listed("a custom container with a model", &custom_container(), &container, None),
        listed("a custom container without anything", &without, &container, None),
    ];
    fixture::text("variables.txt", &found.concat());
    let settings = |reached| collector_settings(&collects, reached).unwrap_or_default();
    fixture::text("mdc-config.txt", &format!("{}\n{}\n", settings(true), settings(false)));
    assert_eq!(collector_settings(&deployment(), true), None);
}

#[test]
fn the_users_variables_win_and_it_is_said() {
    let mut deployment = deployment();
    for (name, value) in [("AZUREML_MODEL_DIR", "/mine"), ("PYTHONUNBUFFERED", "0"), ("LOG_LEVEL", "debug")] {
        deployment.environment_variables.insert(name.into(), value.into());
    }
    let (all, notes) = merged(&deployment, &injected(&deployment, &Layout::container(), None, None));
    let all: String = all.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    fixture::text("variables-overridden.txt", &format!("{all}\n{}", print_all(&notes, Style::Plain)));
}
