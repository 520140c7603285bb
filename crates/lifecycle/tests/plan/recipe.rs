//! How a deployment's environment is made.

use crate::deployment::{IMAGE, conda, custom_container, deployment, no_code, with_conda};
use crate::fixture;
use diagnosis::{Style, print, print_all};
use engine::{Base, EngineKind, ImageFacts, Pull, Recipe};
use lifecycle::plan::{Derived, derived, environment};
use model::{CondaFile, Deployment, Environment, EnvironmentSource, PullPolicy, RunOptions};
use std::path::PathBuf;

const SERVER: &str = "azureml-inference-server-http==1.5.1";

fn base(user: &str) -> Base {
    let facts = ImageFacts { user: user.into(), ..ImageFacts::default() };
    Base { name: IMAGE.into(), id: "sha256:1".into(), made: false, facts }
}

fn sklearn() -> CondaFile {
    conda(&[("python", "=3.11"), ("scikit-learn", "=1.5"), ("libgomp", "")], &[SERVER])
}

fn from_image() -> Recipe {
    Recipe::Image { image: IMAGE.into(), pull: Pull::Missing }
}

fn derive(base: &Base, conda: CondaFile) -> Derived {
    let planned = environment(&with_conda(conda), EngineKind::Docker, &RunOptions::default()).unwrap();
    derived(base, from_image(), &planned.conda.unwrap())
}

/// Everything that is done: the steps, the variables, then the files beside the steps.
fn whole(recipe: &Recipe) -> String {
    let Recipe::Derived { install, .. } = recipe else { panic!("{recipe:?}") };
    let steps = install.steps.iter().map(|step| format!("RUN {step}\n"));
    let env = install.env.iter().map(|(name, value)| format!("ENV {name}={value}\n"));
    let files = install.files.iter().map(|(name, content)| format!("==> {name}\n{}", String::from_utf8_lossy(content)));
    steps.chain(env).chain(files).collect()
}

fn tag(derived: &Derived) -> String {
    let Recipe::Derived { tag, .. } = &derived.recipe else { panic!("{derived:?}") };
    tag.clone()
}

fn with_its_conda() -> Base {
    let base = base("dockeruser");
    let env = [("PATH", "/opt/miniconda/bin:/bin"), ("LD_LIBRARY_PATH", "/lib")];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let facts = ImageFacts { conda: Some("/opt/miniconda/bin/conda".into()), env, ..base.facts };
    Base { facts, ..base }
}

/// The base was asked for before, with what became of it in the tag.
#[test]
fn the_registry_is_asked_once_for_a_conda_file() {
    let planned = environment(&with_conda(sklearn()), EngineKind::Docker, &RunOptions::default()).unwrap();
    let conda = planned.conda.unwrap();
    for (pull, expected) in [(Pull::Always, Pull::Missing), (Pull::Missing, Pull::Missing), (Pull::Never, Pull::Never)]
    {
        let on = Recipe::Image { image: IMAGE.into(), pull };
        let Recipe::Derived { base, .. } = derived(&base("root"), on, &conda).recipe else { panic!("derived") };
        assert_eq!(*base, Recipe::Image { image: IMAGE.into(), pull: expected });
    }
}

#[test]
fn a_derived_image() {
    let by_pip = derive(&base("dockeruser"), sklearn());
    fixture::text("recipe/pip.txt", &whole(&by_pip.recipe));
    assert_eq!((by_pip.path, by_pip.notes.len()), ("/azureml-envs/local-endpoint", 1));
    let by_conda = derive(&with_its_conda(), sklearn());
    fixture::text("recipe/conda.txt", &whole(&by_conda.recipe));
    assert_eq!((by_conda.path, by_conda.notes.len()), ("/azureml-envs/local-endpoint", 0));
}

#[test]
fn the_tag_is_the_inputs_and_nothing_else() {
    let usual = tag(&derive(&base(""), sklearn()));
    assert_eq!(usual, tag(&derive(&base("dockeruser"), CondaFile { path: None, line: 99, ..sklearn() })));
    let others = [
        usual,
        tag(&derive(&Base { id: "sha256:2".into(), ..base("") }, sklearn())),
        tag(&derive(&base(""), conda(&[("scikit-learn", "=1.6")], &[SERVER]))),
        tag(&derive(&with_its_conda(), sklearn())),
    ];
    let mut different: Vec<_> = others.iter().collect();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), others.len(), "{others:?}");
}

fn python(deployment: &Deployment) -> (String, Vec<String>, Option<String>) {
    match environment(deployment, EngineKind::Process, &RunOptions::default()).unwrap().recipe {
        Recipe::Python { key, requirements, python, .. } => (key, requirements, python),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_process_gets_the_same_requirements() {
    let (key, requirements, version) = python(&with_conda(sklearn()));
    assert_eq!(requirements, ["scikit-learn==1.5.*", SERVER]);
    assert_eq!(version.as_deref(), Some("3.11"));
    assert_eq!(key, python(&with_conda(CondaFile { line: 99, ..sklearn() })).0);
    assert_ne!(key, python(&with_conda(conda(&[("python", "=3.12"), ("scikit-learn", "=1.5")], &[SERVER]))).0);
}

#[test]
fn a_process_without_a_conda_file_gets_the_pinned_server() {
    let (_, requirements, version) = python(&deployment());
    assert_eq!((requirements, version), (vec![SERVER.to_owned(), "gunicorn==27.0.1".to_owned()], None));
}

#[test]
fn an_image_is_pulled_as_the_flag_says() {
    for (policy, pull) in
        [(PullPolicy::Missing, Pull::Missing), (PullPolicy::Always, Pull::Always), (PullPolicy::Never, Pull::Never)]
    {
        let options = RunOptions { pull: policy, ..RunOptions::default() };
        let planned = environment(&deployment(), EngineKind::Docker, &options).unwrap();
        assert_eq!(planned.recipe, Recipe::Image { image: IMAGE.into(), pull });
        assert_eq!((planned.name.as_str(), planned.notes), (IMAGE, vec![]));
    }
}

#[test]
fn an_mlflow_model_without_code_gets_the_server() {
    let (_, requirements, version) = python(&no_code("mlflow"));
    assert_eq!(requirements, ["mlflow==3.17.2", "azureml-inference-server-http<=1.5.1"]);
    assert_eq!(version.as_deref(), Some("3.11"));
    let planned = environment(&no_code("mlflow"), EngineKind::Docker, &RunOptions::default()).unwrap();
    assert_eq!(planned.conda.unwrap().translation.requirements, requirements);
}

#[test]
fn an_mlflow_model_that_brings_the_server_keeps_its_own() {
    let mut deployment = no_code("mlflow");
    let pins = ["mlflow==2.22.5", "azureml-inference-server-http==1.4.1"];
    deployment.environment.source = with_conda(conda(&[], &pins)).environment.source;
    assert_eq!(python(&deployment).1, pins);
}

#[test]
fn a_triton_image_is_not_pulled_unasked() {
    for (policy, pull) in
        [(PullPolicy::Missing, Pull::Never), (PullPolicy::Always, Pull::Always), (PullPolicy::Never, Pull::Never)]
    {
        let options = RunOptions { pull: policy, ..RunOptions::default() };
        let planned = environment(&no_code("triton"), EngineKind::Docker, &options).unwrap();
        assert_eq!(planned.recipe, Recipe::Image { image: IMAGE.into(), pull });
    }
}

#[test]
fn a_build_context_is_its_folder_and_its_dockerfile() {
    let mut deployment = deployment();
    let (folder, dockerfile) = (PathBuf::from("/home/me/credit/docker"), "docker/Dockerfile".to_owned());
    deployment.environment.source =
        EnvironmentSource::Build { context: folder.clone(), dockerfile: dockerfile.clone() };
    let options = RunOptions { pull: PullPolicy::Always, ..RunOptions::default() };
    let planned = environment(&deployment, EngineKind::Docker, &options).unwrap();
    assert_eq!(planned.recipe, Recipe::Context { folder, dockerfile, pull: Pull::Always });
    assert_eq!(planned.name, "the image of docker/Dockerfile");
}

#[test]
fn without_the_server_it_fails_before_the_build() {
    let deployment = with_conda(conda(&[("scikit-learn", "")], &["pandas"]));
    for kind in [EngineKind::Docker, EngineKind::Process] {
        let refusal = environment(&deployment, kind, &RunOptions::default()).unwrap_err();
        fixture::text("recipe/no-server.txt", &print(&refusal, Style::Plain));
    }
    let inline = CondaFile { path: None, line: 12, ..conda(&[], &["pandas"]) };
    let refusal = environment(&with_conda(inline), EngineKind::Docker, &RunOptions::default()).unwrap_err();
    fixture::text("recipe/no-server-inline.txt", &print(&refusal, Style::Plain));
}

#[test]
fn a_server_of_the_users_own_needs_none_of_azures() {
    let Environment { source, .. } = with_conda(conda(&[("fastapi", "")], &[])).environment;
    let mut deployment = custom_container();
    deployment.environment.source = source;
    let planned = environment(&deployment, EngineKind::Docker, &RunOptions::default()).unwrap();
    assert_eq!(planned.conda.unwrap().translation.requirements, ["fastapi"]);
}

#[test]
fn loose_adds_the_server_and_says_so() {
    let deployment = with_conda(conda(&[("scikit-learn", "")], &["pandas"]));
    let options = RunOptions { loose: true, ..RunOptions::default() };
    let planned = environment(&deployment, EngineKind::Docker, &options).unwrap();
    assert_eq!(planned.conda.unwrap().translation.requirements, ["scikit-learn", "pandas", SERVER, "gunicorn==27.0.1"]);
    let noted = environment(&deployment, EngineKind::Process, &options).unwrap().notes;
    fixture::text("recipe/loose.txt", &print_all(&noted, Style::Plain));
}

#[test]
fn what_is_lost_is_said_in_one_note() {
    let file = conda(&[("python", "=3.11"), ("cudatoolkit", "=11.8"), ("numpy", "1.25|1.26"), ("gcc", "")], &[SERVER]);
    let planned = |kind| environment(&with_conda(file.clone()), kind, &RunOptions::default()).unwrap();
    let noted = planned(EngineKind::Process).notes;
    fixture::text("recipe/notes.txt", &print_all(&noted, Style::Plain));
    // Of a container it is only known when its base is there.
    let in_a_container = planned(EngineKind::Docker);
    assert_eq!((in_a_container.notes, in_a_container.conda.unwrap().unfaithful), (vec![], noted.into_iter().next()));
}
