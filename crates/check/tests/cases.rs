//! Every folder of `fixtures/check` is a project, with what `check` says of it beside the YAML: `expected.txt`, with
//! the exit code as its last line, and `expected.json`. `args` holds flags; `sparse` names files of so many bytes that
//! are made for the run. `BLESS=1` writes the answers; read the difference then.

use check::{Request, Wanted, check, human, junit, sarif};
use diagnosis::Style;
use std::path::{Path, PathBuf};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/check");

#[test]
fn projects_are_judged_as_is_written_beside_them() {
    let wrong: Vec<String> = cases().iter().flat_map(|case| differences(case)).collect();
    assert!(wrong.is_empty(), "BLESS=1 accepts\n{}", wrong.join("\n"));
}

fn cases() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(FIXTURES).expect("fixtures/check can be listed");
    let mut cases: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|it| it.is_dir()).collect();
    cases.sort();
    assert!(cases.len() >= 25, "only {} cases", cases.len());
    cases
}

/// The case runs in a copy of its folder, so that paths are relative and made files go away.
fn differences(case: &Path) -> Vec<String> {
    let copy = tempfile::tempdir().expect("a temporary folder");
    let root = copy.path().canonicalize().expect("it exists");
    copy_folder(case, &root);
    sparse(&root);
    std::env::set_current_dir(&root).expect("the copy exists");
    let request = request(case);
    let report = check(&request);
    let json = serde_json::to_string_pretty(&report.document()).expect("it is JSON") + "\n";
    let mut text = human(&report, Style::Plain);
    text.push_str(&format!("exit code {}\n", report.exit()));
    let mut found = vec![("expected.txt", text), ("expected.json", json)];
    if case.ends_with("formats") {
        found.push(("expected.sarif", serde_json::to_string_pretty(&sarif(&report)).expect("it is JSON") + "\n"));
        found.push(("expected.xml", junit(&report)));
    }
    std::env::set_current_dir(FIXTURES).expect("fixtures/check exists");
    let here = root.display().to_string();
    found.into_iter().filter_map(|(file, text)| compare(&case.join(file), &text.replace(&here, "$CASE"))).collect()
}

fn compare(file: &Path, found: &str) -> Option<String> {
    let expected = std::fs::read_to_string(file).unwrap_or_default();
    if expected == found {
        return None;
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(file, found).expect("the answer can be written");
        return None;
    }
    Some(format!("==== {}\n---- expected\n{expected}---- found\n{found}", file.display()))
}

/// `args`: flags, one a line.
fn request(case: &Path) -> Request {
    let mut request = Request::default();
    for flag in std::fs::read_to_string(case.join("args")).unwrap_or_default().lines() {
        match flag.split_once(' ').unwrap_or((flag, "")) {
            ("--strict", _) => request.strict = true,
            ("--rules", "load") => request.wanted = Wanted::Load,
            ("--rules", "service") => request.wanted = Wanted::Service,
            ("-f", file) => request.files.push(file.into()),
            ("PATH", path) => request.paths.push(path.into()),
            other => panic!("no such flag: {other:?}"),
        }
    }
    request
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            std::fs::create_dir(&target).expect("a new folder");
            copy_folder(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a file can be copied");
        }
    }
}

/// Files with nothing in them but their length.
fn sparse(root: &Path) {
    for line in std::fs::read_to_string(root.join("sparse")).unwrap_or_default().lines() {
        let (path, size) = line.split_once(' ').expect("a path and a size");
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        let file = std::fs::File::create(&path).expect("a file");
        file.set_len(size.parse().expect("bytes")).expect("a length");
    }
}
