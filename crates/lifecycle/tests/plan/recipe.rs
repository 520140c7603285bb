//! How a deployment's environment is made.

use crate::deployment::{IMAGE, conda, custom_container, deployment, no_code, with_conda};
use crate::fixture;
use diagnosis::{Diagnosis, Style, print, print_all};
use engine::{Base, EngineKind, ImageFacts, Pull, Recipe};
use lifecycle::plan::{derived, environment, translate};
use model::{CondaFile, Deployment, Environment, EnvironmentSource, PullPolicy, RunOptions};

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

fn derive(base: &Base, conda: &CondaFile, options: &RunOptions) -> Result<Recipe, Diagnosis> {
    Ok(derived(base, from_image(), &translate(conda), options)?.0)
}

/// Everything the build gets: the Dockerfile, then the files beside it.
fn whole(recipe: &Recipe) -> String {
    let Recipe::Derived { dockerfile, files, .. } = recipe else { panic!("{recipe:?}") };
    let files = files.iter().map(|(name, content)| format!("==> {name}\n{}", String::from_utf8_lossy(content)));
    format!("==> Dockerfile\n{dockerfile}{}", files.collect::<String>())
}

fn tag(recipe: Recipe) -> String {
    let Recipe::Derived { tag, .. } = recipe else { panic!("{recipe:?}") };
    tag
}

/// Two certificates; the first has no line end, as some editors leave it.
fn with_certificates() -> (tempfile::TempDir, RunOptions) {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["one.crt", "two.crt"].map(|name| folder.path().join(name));
    std::fs::write(&paths[0], "-----BEGIN CERTIFICATE-----\nOne\n-----END CERTIFICATE-----").unwrap();
    std::fs::write(&paths[1], "-----BEGIN CERTIFICATE-----\nTwo\n-----END CERTIFICATE-----\n").unwrap();
    (folder, RunOptions { ca_certificates: paths.to_vec(), ..RunOptions::default() })
}

#[test]
fn a_derived_image() {
    let plain = RunOptions::default();
    fixture::text("recipe/root.txt", &whole(&derive(&base(""), &sklearn(), &plain).unwrap()));
    fixture::text("recipe/user.txt", &whole(&derive(&base("dockeruser"), &sklearn(), &plain).unwrap()));
    let (_folder, options) = with_certificates();
    fixture::text("recipe/certificates.txt", &whole(&derive(&base("dockeruser"), &sklearn(), &options).unwrap()));
}

#[test]
fn a_certificate_that_cannot_be_read_is_said() {
    let options = RunOptions { ca_certificates: vec!["/nowhere/ca.crt".into()], ..RunOptions::default() };
    let refusal = derive(&base(""), &sklearn(), &options).unwrap_err();
    fixture::text("recipe/certificates-unreadable.txt", &print(&refusal, Style::Plain));
}

#[test]
fn the_tag_is_the_inputs_and_nothing_else() {
    let plain = RunOptions::default();
    let tagged = |base: &Base, conda: &CondaFile, options: &RunOptions| tag(derive(base, conda, options).unwrap());
    let usual = tagged(&base(""), &sklearn(), &plain);
    let moved = CondaFile { path: None, line: 99, channels: vec![], ..sklearn() };
    assert_eq!(usual, tagged(&base(""), &moved, &RunOptions { port: Some(1), ..plain.clone() }));
    let (_folder, certificates) = with_certificates();
    let others = [
        usual,
        tagged(&base("dockeruser"), &sklearn(), &plain),
        tagged(&Base { id: "sha256:2".into(), ..base("") }, &sklearn(), &plain),
        tagged(&Base { name: "another:1".into(), ..base("") }, &sklearn(), &plain),
        tagged(&base(""), &conda(&[("scikit-learn", "=1.6")], &[SERVER]), &plain),
        tagged(&base(""), &sklearn(), &certificates),
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
    assert_eq!(planned.conda.unwrap().requirements, requirements);
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
fn a_build_context_has_a_tag_of_its_own() {
    let built = |file: &str| {
        let mut deployment = Deployment { file: file.into(), ..deployment() };
        let context = "/home/me/credit/docker".into();
        deployment.environment.source = EnvironmentSource::Build { context, dockerfile: "Dockerfile".into() };
        environment(&deployment, EngineKind::Docker, &RunOptions::default()).unwrap().name
    };
    assert!(built("/home/me/blue.yml").starts_with("local-endpoint/build:blue-"));
    assert_eq!(built("/home/me/blue.yml"), built("/home/me/blue.yml"));
    assert_ne!(built("/home/me/blue.yml"), built("/home/you/blue.yml"));
}

#[test]
fn without_the_server_it_fails_before_the_build() {
    let deployment = with_conda(conda(&[("scikit-learn", "")], &["pandas"]));
    for kind in [EngineKind::Docker, EngineKind::Process] {
        let refusal = environment(&deployment, kind, &RunOptions::default()).unwrap_err();
        fixture::text("recipe/no-server.txt", &print(&refusal, Style::Plain));
    }
    let CondaFile { packages, pip, .. } = conda(&[], &["pandas"]);
    let inline = CondaFile { path: None, line: 12, channels: vec![], packages, pip };
    let refusal = environment(&with_conda(inline), EngineKind::Docker, &RunOptions::default()).unwrap_err();
    fixture::text("recipe/no-server-inline.txt", &print(&refusal, Style::Plain));
}

#[test]
fn a_server_of_the_users_own_needs_none_of_azures() {
    let Environment { source, .. } = with_conda(conda(&[("fastapi", "")], &[])).environment;
    let mut deployment = custom_container();
    deployment.environment.source = source;
    let planned = environment(&deployment, EngineKind::Docker, &RunOptions::default()).unwrap();
    assert_eq!(planned.conda.unwrap().requirements, ["fastapi"]);
}

#[test]
fn loose_adds_the_server_and_says_so() {
    let deployment = with_conda(conda(&[("scikit-learn", "")], &["pandas"]));
    let options = RunOptions { loose: true, ..RunOptions::default() };
    let planned = environment(&deployment, EngineKind::Docker, &options).unwrap();
    assert_eq!(planned.conda.unwrap().requirements, ["scikit-learn", "pandas", SERVER, "gunicorn==27.0.1"]);
    fixture::text("recipe/loose.txt", &print_all(&planned.notes, Style::Plain));
}

#[test]
fn what_is_lost_is_said_in_one_note() {
    let file = conda(&[("python", "=3.11"), ("cudatoolkit", "=11.8"), ("numpy", "1.25|1.26"), ("gcc", "")], &[SERVER]);
    let noted = |kind| environment(&with_conda(file.clone()), kind, &RunOptions::default()).unwrap().notes;
    fixture::text("recipe/notes.txt", &print_all(&noted(EngineKind::Docker), Style::Plain));
    assert_eq!(noted(EngineKind::Docker), noted(EngineKind::Process));
}
