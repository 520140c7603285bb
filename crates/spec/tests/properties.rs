//! Files made at random, the same ones in each run: an answer for each, in time, and one that can be printed.

use diagnosis::{Severity, Style, print_all};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use spec::{LoadRequest, Project, as_az_loads, keys, load};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// The largest files below take a tenth of it in a debug build.
const LONG: Duration = Duration::from_secs(5);

#[test]
fn any_bytes_get_an_answer() {
    let _ = run(300, &proptest::collection::vec(any::<u8>(), 0..4096));
}

#[test]
fn any_text_of_yamls_own_marks_gets_an_answer() {
    let marks = "[\\[\\]{}:,&*!|>'\"%@`#?~<\\-\\\\a-c0-2é\u{feff}\u{2028}\\r\\n\\t ]{0,400}";
    let _ = run(600, &proptest::string::string_regex(marks).expect("a pattern").prop_map(String::into_bytes));
}

#[test]
fn any_document_of_known_keys_gets_an_answer() {
    let accepted = run(500, &document().prop_map(String::into_bytes));
    assert!((50..450).contains(&accepted), "the files do not bite: {accepted} of 500 accepted");
}

/// A fixed seed and nothing remembered: what fails here fails everywhere. How many files were accepted.
fn run(cases: u32, files: &impl Strategy<Value = Vec<u8>>) -> u32 {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let accepted = Cell::new(0);
    let one = |file: Vec<u8>| answered(&file).map(|loaded| accepted.set(accepted.get() + u32::from(loaded)));
    TestRunner::new_with_rng(config, random).run(files, one).unwrap_or_else(|fault| panic!("{fault}"));
    accepted.get()
}

/// A refusal has an error in it, every message can be printed, and what loads is loaded by az's rules as well.
fn answered(file: &[u8]) -> Result<bool, TestCaseError> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("deployment.yml");
    std::fs::write(&path, file)?;
    let start = Instant::now();
    let answer = load(&LoadRequest { path: path.clone(), ..LoadRequest::default() });
    prop_assert!(start.elapsed() < LONG, "{:?}", start.elapsed());
    match &answer {
        Ok(Project { notices, .. }) => {
            print_all(notices, Style::Coloured);
            prop_assert!(as_az_loads(&path).is_ok(), "az would refuse it");
        }
        Err(faults) => {
            print_all(faults, Style::Coloured);
            prop_assert!(faults.iter().any(|it| it.severity == Severity::Error), "refused without an error");
        }
    }
    Ok(answer.is_ok())
}

/// A deployment with keys of the schema at any level, and values of any form below them.
fn document() -> impl Strategy<Value = String> {
    let names: BTreeSet<String> =
        keys().iter().filter_map(|row| row.path.rsplit(['.', '*']).next().map(clean)).collect();
    let names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
    let free = proptest::sample::select(vec!["description", "tags", "properties", "environment_variables"]);
    let key = prop_oneof![1 => free.prop_map(str::to_owned), 1 => proptest::sample::select(names.clone())];
    let head = "name: blue\nendpoint_name: my-endpoint\ninstance_type: Standard_DS3_v2\nenvironment: {image: busybox}\n\
                tags: &a {x: &b [1, 2]}\n";
    proptest::collection::vec((key, value(names)), 0..6).prop_map(move |entries| {
        entries.into_iter().fold(head.to_owned(), |text, (key, value)| format!("{text}{key}: {value}\n"))
    })
}

fn clean(name: &str) -> String {
    name.trim_end_matches("[]").to_owned()
}

/// Flow style, so that it fits on one line wherever it stands.
fn value(names: Vec<String>) -> impl Strategy<Value = String> {
    const ODD: &[&str] = &[
        "",
        "~",
        "yes",
        "0o7",
        "0x1f",
        "1_000",
        "1e400",
        ".inf",
        ".nan",
        "-0",
        "12:30:45",
        "2020-01-01",
        "'é'",
        "\"\\x07\"",
        "*a",
        "*b",
        "!!str 1",
        "!!binary aGk=",
        "!!set {a}",
        "&c 1",
        "<<",
        "=",
        "azureml:x:1",
        "azureml:x@latest",
        "azureml://registries/r/models/m/versions/1",
        "file:x.yml",
        "{{NAME}}",
        "${X}",
        "../..",
        "/",
        ".",
        "managed",
        "kubernetes",
        "99999999999999999999",
        "1.0",
        "-5",
        "100",
    ];
    let scalar = prop_oneof![4 => proptest::sample::select(ODD).prop_map(str::to_owned), 1 => "[a-z0-9 é]{0,12}"];
    scalar.prop_recursive(4, 32, 5, move |below| {
        let key = prop_oneof![6 => proptest::sample::select(names.clone()), 1 => Just("<<".to_owned())];
        prop_oneof![
            proptest::collection::vec(below.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
            proptest::collection::vec((key, below), 0..5).prop_map(|entries| {
                let entries: Vec<String> = entries.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
                format!("{{{}}}", entries.join(", "))
            }),
        ]
    })
}
