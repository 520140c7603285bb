//! The house as ARCHITECTURE.md draws it: who may know whom.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every edge between crates of this workspace that is allowed, tests included.
const MAY_KNOW: &[(&str, &[&str])] = &[
    (
        "local-endpoint",
        &["check", "control", "diagnosis", "emulator", "engine", "explain", "lifecycle", "model", "spec"],
    ),
    ("emulator", &["control", "diagnosis", "engine", "front-end", "lifecycle", "model", "semantics", "sidecar"]),
    ("check", &["diagnosis", "lifecycle", "model", "semantics", "spec"]),
    ("control", &["diagnosis", "model"]),
    ("sidecar", &["diagnosis", "model", "semantics"]),
    ("lifecycle", &["diagnosis", "engine", "model", "semantics"]),
    ("front-end", &["model", "semantics"]),
    ("explain", &["diagnosis", "semantics", "spec"]),
    ("spec", &["diagnosis", "model", "semantics"]),
    ("semantics", &["diagnosis", "model"]),
    ("engine", &[]),
    ("model", &["diagnosis"]),
    ("diagnosis", &[]),
    ("tests", &[]),
];

/// All that the rules are made of. `uuid` only reads and writes ids; a draw comes in as bytes.
const SEMANTICS: &[&str] = &["local-endpoint-diagnosis", "local-endpoint-model", "regex", "sha2", "subtle", "uuid"];

/// What nothing below the rules may bring in either.
const IMPURE: &[&str] = &["tokio", "hyper", "hyper-util", "axum", "tower", "bollard", "fastrand", "mio", "rustix"];

/// Clock, chance, files, environment and sockets, as they would be written in the rules.
const ASKS_THE_WORLD: &[&str] =
    &["std::fs", "std::env", "std::net", "std::io", "Instant", "SystemTime", "Timestamp::now", "new_v4", "now_v7"];

#[test]
fn crates_know_only_whom_they_may() {
    let mut edges = vec![];
    for package in packages() {
        let from = short(&package["name"]).to_owned();
        let (_, allowed) = MAY_KNOW.iter().find(|(name, _)| *name == from).unwrap_or(&("", &[]));
        let ours = dependencies(&package, |_| true).into_iter().filter(|name| name.starts_with("local-endpoint"));
        let strangers = ours.map(|name| strip(&name).to_owned()).filter(|to| !allowed.contains(&to.as_str()));
        edges.extend(strangers.map(|to| format!("{from} -> {to}")));
    }
    assert_eq!(edges, Vec::<String>::new(), "edges that neither the table nor ARCHITECTURE.md has");
}

#[test]
fn every_crate_is_in_the_table() {
    let crates: BTreeSet<String> = packages().iter().map(|package| short(&package["name"]).to_owned()).collect();
    let table: BTreeSet<String> = MAY_KNOW.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(crates, table);
}

#[test]
fn the_rules_are_made_of_few_things() {
    let semantics = packages().into_iter().find(|package| package["name"] == "local-endpoint-semantics");
    let used = dependencies(&semantics.expect("the crate is there"), |kind| kind.is_null());
    let strangers: Vec<_> = used.iter().filter(|name| !SEMANTICS.contains(&name.as_str())).collect();
    assert_eq!(strangers, Vec::<&String>::new());
}

#[test]
fn the_rules_stand_on_no_runtime() {
    let tree = cargo(&["tree", "--package", "local-endpoint-semantics", "--edges", "normal", "--prefix", "none"]);
    let below: BTreeSet<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(below.contains("local-endpoint-model"), "no tree:\n{tree}");
    let impure: Vec<_> = IMPURE.iter().filter(|name| below.contains(*name)).collect();
    assert_eq!(impure, Vec::<&&str>::new());
}

#[test]
fn the_rules_ask_nothing_of_the_world() {
    let mut found = vec![];
    for file in sources(&root().join("crates/semantics/src")) {
        let text = std::fs::read_to_string(&file).expect("a source can be read");
        let asks = ASKS_THE_WORLD.iter().filter(|word| text.contains(*word));
        found.extend(asks.map(|word| format!("{}: {word}", file.display())));
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn the_files_that_architecture_names_are_there() {
    let inside = |path: &Path| path.to_string_lossy().replace("/src/", "/");
    let files: Vec<String> = sources(&root().join("crates")).iter().map(|path| inside(path)).collect();
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md can be read");
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "_/.".contains(c)));
    let named =
        words.filter(|word| word.ends_with(".rs")).map(|word| word.replace("crates/", "").replace("/src/", "/"));
    let lost: BTreeSet<String> =
        named.filter(|name| !files.iter().any(|file| file.ends_with(&format!("/{name}")))).collect();
    assert_eq!(lost, BTreeSet::new());
}

fn packages() -> Vec<Value> {
    let text = cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    let document: Value = serde_json::from_str(&text).expect("cargo metadata speaks JSON");
    document["packages"].as_array().expect("packages").clone()
}

/// The names of what a package declares, of the wanted kinds; `null` is a normal dependency.
fn dependencies(package: &Value, wanted: impl Fn(&Value) -> bool) -> Vec<String> {
    let declared = package["dependencies"].as_array().expect("dependencies").iter();
    let names = declared.filter(|dependency| wanted(&dependency["kind"])).map(|dependency| &dependency["name"]);
    names.map(|name| name.as_str().expect("a name").to_owned()).collect()
}

fn short(name: &Value) -> &str {
    strip(name.as_str().expect("a name"))
}

fn strip(name: &str) -> &str {
    name.strip_prefix("local-endpoint-").unwrap_or(name)
}

/// Cargo as it runs this test; nothing is fetched.
fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--offline", "--locked"])
        .current_dir(root())
        .output()
        .expect("cargo can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("cargo speaks UTF-8")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder of sources");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
