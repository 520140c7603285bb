//! `vscode` on every `.vscode` of `fixtures/vscode`: `before` (what stands there) against `after` (all files) and `out`
//! (exit code, stdout, stderr). `BLESS=1` writes both; read the difference then.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

type Files = BTreeMap<String, String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn our_entries_are_merged_and_all_else_is_left() {
    let cases = std::fs::read_dir(root().join("fixtures/vscode")).expect("the cases");
    let mut cases: Vec<PathBuf> = cases.map(|case| case.expect("a case").path()).collect();
    cases.sort();
    assert!(cases.len() > 10, "no cases");
    let wrong: Vec<String> = cases.iter().flat_map(|case| differences(case)).collect();
    assert!(wrong.is_empty(), "BLESS=1 accepts\n{}", wrong.join("\n"));
}

/// Where the project is not what VS Code has open.
#[test]
fn paths_begin_at_the_folder_that_is_open() {
    let open = tempfile::tempdir().expect("a folder");
    project(&open.path().join("endpoints/hello"));
    let (code, said) = run(open.path(), &["endpoints/hello", "--workspace", "."]);
    assert_eq!(code, 0, "{said}");
    let launch = std::fs::read_to_string(open.path().join(".vscode/launch.json")).expect("written");
    assert!(launch.contains("\"${workspaceFolder}/endpoints/hello/src\""), "{launch}");
    let tasks = std::fs::read_to_string(open.path().join(".vscode/tasks.json")).expect("written");
    assert!(tasks.contains("[\"up\", \"${workspaceFolder}/endpoints/hello\", \"--debug\", \"--detach\"]"), "{tasks}");
}

/// F5 on the second starts the second.
#[test]
fn projects_of_one_workspace_have_a_task_each() {
    let open = tempfile::tempdir().expect("a folder");
    project(&open.path().join("hello"));
    copy(&root().join("fixtures/deployments/scripted"), &open.path().join("scripted"));
    for folder in ["hello", "scripted"] {
        let (code, said) = run(open.path(), &[folder, "--workspace", "."]);
        assert_eq!(code, 0, "{said}");
    }
    let read = |file| std::fs::read_to_string(open.path().join(".vscode").join(file)).expect("written");
    let launch: serde_json::Value = serde_json::from_str(&read("launch.json")).expect("JSON");
    let before = |at: usize| launch["configurations"][at]["preLaunchTask"].clone();
    assert_eq!([before(0), before(1)], ["local-endpoint: up hello", "local-endpoint: up scripted"]);
    let tasks: serde_json::Value = serde_json::from_str(&read("tasks.json")).expect("JSON");
    let ups = tasks["tasks"].as_array().expect("a list").iter().filter(|task| task["args"][0] == "up");
    let ups: Vec<_> = ups.map(|task| [&task["label"], &task["args"][1]]).collect();
    let expected = [
        ["local-endpoint: up hello", "${workspaceFolder}/hello"],
        ["local-endpoint: up scripted", "${workspaceFolder}/scripted"],
    ];
    assert_eq!(ups, expected);
}

#[test]
fn a_file_that_is_named_is_what_is_brought_up() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&root().join("fixtures/deployments/two-deployments"), folder.path());
    let (code, said) = run(folder.path(), &["blue-deployment.yml"]);
    assert_eq!(code, 0, "{said}");
    let tasks = std::fs::read_to_string(folder.path().join(".vscode/tasks.json")).expect("written");
    assert!(
        tasks.contains("[\"up\", \"${workspaceFolder}/blue-deployment.yml\", \"--debug\", \"--detach\"]"),
        "{tasks}"
    );
    assert!(tasks.contains("\"label\": \"local-endpoint: up blue-deployment.yml\""), "{tasks}");
}

#[test]
fn a_project_without_a_sample_is_told_that_no_task_sends_one() {
    let folder = tempfile::tempdir().expect("a folder");
    project(folder.path());
    std::fs::remove_file(folder.path().join("sample-request.json")).expect("it is there");
    let (code, said) = run(folder.path(), &[]);
    let expected = "PROJECT/.vscode/launch.json: added local-endpoint: debug hello/blue\n\
                    PROJECT/.vscode/tasks.json: added local-endpoint: up\n\
                    no task sends a request: beside the YAML is no *request*.json and no sample-input*.json\n\
                    open PROJECT in VS Code, set a breakpoint and press F5\n";
    assert_eq!((code, &*said), (0, expected));
}

#[test]
fn every_deployment_has_its_entry_and_its_port() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&root().join("fixtures/deployments/two-deployments"), folder.path());
    let (code, said) = run(folder.path(), &[]);
    assert_eq!(code, 0, "{said}");
    let launch = std::fs::read_to_string(folder.path().join(".vscode/launch.json")).expect("written");
    let launch: serde_json::Value = serde_json::from_str(&launch).expect("JSON");
    let entry = |at: usize| &launch["configurations"][at];
    assert_eq!(entry(0)["name"], "local-endpoint: debug two-deployments/blue");
    assert_eq!(entry(1)["name"], "local-endpoint: debug two-deployments/green");
    assert_ne!(entry(0)["connect"]["port"], entry(1)["connect"]["port"]);
}

#[test]
fn a_custom_server_is_not_debugged() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&root().join("examples/custom-container"), folder.path());
    let (code, said) = run(folder.path(), &[]);
    assert_eq!(code, 2);
    assert!(said.contains("error[NothingToDebug]"), "{said}");
    assert!(!folder.path().join(".vscode").exists());
}

fn differences(case: &Path) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    project(folder.path());
    let editor = folder.path().join(".vscode");
    copy(&case.join("before"), &editor);
    let (code, said) = run(folder.path(), &[]);
    let found = Files::from([("out".to_owned(), format!("exit {code}\n{said}"))]);
    let found: Files = found.into_iter().chain(files(&editor, "after/")).collect();
    let (_, again) = run(folder.path(), &[]);
    let mut wrong = vec![];
    if files(&editor, "after/").iter().any(|(name, text)| found[name] != *text) {
        wrong.push(format!("==== {}: a second run changes something\n{again}", case.display()));
    }
    let expected = expected(case, &found);
    let different = found.iter().filter(|(name, text)| expected.get(*name) != Some(text));
    wrong.extend(different.map(|(name, text)| format!("==== {}/{name}\n{text}", case.display())));
    wrong
}

fn expected(case: &Path, found: &Files) -> Files {
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(case.join("after")).expect("a folder");
        for (name, text) in found {
            std::fs::write(case.join(name), text).expect("the answer can be written");
        }
    }
    let out = std::fs::read_to_string(case.join("out")).unwrap_or_default();
    files(&case.join("after"), "after/").into_iter().chain([("out".to_owned(), out)]).collect()
}

fn run(folder: &Path, words: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_local-endpoint"))
        .arg("vscode")
        .args(words)
        .current_dir(folder)
        .env("LOCAL_ENDPOINT_HOME", folder.join("home"))
        .output()
        .expect("the binary runs");
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    let folder = folder.canonicalize().expect("it is there");
    (output.status.code().expect("it ends by itself"), said.replace(&*folder.to_string_lossy(), "PROJECT"))
}

/// The port is hashed from where the project stands, the program is where it was built.
fn files(folder: &Path, prefix: &str) -> Files {
    let files = std::fs::read_dir(folder).into_iter().flatten().map(|file| file.expect("a file").path());
    files
        .map(|file| {
            let name = file.file_name().expect("a name").to_string_lossy().into_owned();
            let text = String::from_utf8_lossy(&std::fs::read(&file).expect("it can be read")).into_owned();
            (format!("{prefix}{name}"), port(&text.replace(env!("CARGO_BIN_EXE_local-endpoint"), "local-endpoint")))
        })
        .collect()
}

fn port(text: &str) -> String {
    let Some(at) = text.find("\"port\": ").map(|at| at + 8) else { return text.to_owned() };
    let digits = text[at..].chars().take_while(char::is_ascii_digit).count();
    if digits == 0 { text.to_owned() } else { format!("{}PORT{}", &text[..at], &text[at + digits..]) }
}

fn project(folder: &Path) {
    copy(&root().join("examples/hello"), folder);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let target = to.join(entry.file_name());
        match entry.file_type().expect("a type").is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).expect("copied")),
        }
    }
}
